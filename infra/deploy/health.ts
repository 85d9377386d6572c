import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import type { AzContext } from './az.ts';
import { PATIENCE } from './upload.ts';

const PAUSE = 5;
const SECONDS_TO_ANSWER = 15;
/** The number of tries after which a line of progress is printed. */
const PROGRESS = 12;

/**
 * Waits until GET /health says that the app reaches its storage and its key vault, and that it was built from this commit: while instances are replaced,
 * an instance with the previous version may still answer. Throws CommandError if that takes longer than PATIENCE.
 */
export async function waitForHealth(host: string, commit: string, context: AzContext): Promise<void> {
  const { output, wait } = context;
  output.write(`GET https://${host}/health, until it answers with the commit ${commit}\n`);
  let last = '';
  for (let waited = 0, tries = 1; waited < PATIENCE; waited += PAUSE, tries += 1) {
    const answer = await askHealth(host, context);
    if (answer.status === 200 && answer.commit === commit) return;
    last = answer.words;
    if (tries % PROGRESS === 0) output.write(`  not yet, after ${waited + PAUSE} seconds: ${last}\n`);
    await wait(PAUSE);
  }
  throw new CommandError(
    `After ${PATIENCE / 60} minutes, the app is not healthy or does not run the commit ${commit}. Its last answer was ${last}. docs/operations.md explains the answers; the app's own log is in Application Insights.`,
  );
}

interface Answer {
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** The commit that the app was built from, if the answer contains it. */
  readonly commit?: unknown;
  readonly words: string;
}

/** Sends one GET /health. */
export async function askHealth(host: string, { fetch }: AzContext): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(SECONDS_TO_ANSWER * 1000);
    const response = await fetch(`https://${host}/health`, { signal, redirect: 'manual' });
    const body = await response.text();
    const health = parseJson(body);
    const words = isRecord(health) ? `${response.status} ${body.slice(0, 200)}` : `${response.status}`;
    return { status: response.status, words, ...(isRecord(health) && { commit: health['commit'] }) };
  } catch (error) {
    return { status: 0, words: reasonOf(error) };
  }
}

/** The reason of a failed fetch, which is in the cause of its error. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error; // fetch throws nothing else
  if (name === 'TimeoutError') return `none within ${SECONDS_TO_ANSWER} seconds`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : name;
  return `none (${code})`;
}
