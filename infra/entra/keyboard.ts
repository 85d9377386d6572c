import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks a person, or reads what a pipe holds line by line. */
export interface Keyboard {
  /** The next line; empty where there is none. */
  readonly ask: (question: string) => Promise<string>;
  /** The same; on a terminal, what is typed is not shown. */
  readonly askSecret: (question: string) => Promise<string>;
}

/** Opens standard input when the first question is asked. */
export function openKeyboard(input: NodeJS.ReadStream, errors: NodeJS.WriteStream): Keyboard {
  const piped = linesOf(input);
  const next = async (question: string, isSecret: boolean) => {
    errors.write(question);
    if (!input.isTTY) return piped();
    const line = await typed(input, isSecret ? silence() : errors);
    if (isSecret) errors.write('\n');
    return line;
  };
  return { ask: (question) => next(question, false), askSecret: (question) => next(question, true) };
}

/** One reader for all questions: a second one would miss what the first has read ahead. Ended, the last line answers again: two services may have one token. */
function linesOf(input: NodeJS.ReadStream): () => Promise<string> {
  let lines: AsyncIterator<string> | undefined;
  let last = '';
  return async () => {
    lines ??= createInterface({ input })[Symbol.asyncIterator]();
    const { done, value } = await lines.next();
    if (!done) last = value;
    return last;
  };
}

async function typed(input: NodeJS.ReadStream, echo: Writable): Promise<string> {
  const reader = createInterface({ input, output: echo, terminal: true });
  try {
    return await new Promise<string>((resolve) => {
      reader.once('line', resolve);
      reader.once('close', () => resolve(''));
      reader.once('SIGINT', () => reader.close());
    });
  } finally {
    reader.close();
    input.pause();
  }
}

const silence = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
