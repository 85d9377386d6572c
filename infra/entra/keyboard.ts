import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks the user questions, or reads the answers from a pipe, line by line. */
export interface Keyboard {
  /** Resolves to the next line, or to an empty string if there is none. */
  readonly ask: (question: string) => Promise<string>;
  /** The same, without showing what the user types on a terminal. */
  readonly askSecret: (question: string) => Promise<string>;
}

/** Reads from standard input, which is opened at the first question. */
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

/**
 * Reads a pipe line by line. All questions share one reader, because a second reader would miss the lines that the first one has buffered. At the end of the
 * input the last line is returned again, so that one token can be piped in for both services.
 */
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
