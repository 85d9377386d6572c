import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import type { AzContext } from './az.ts';
import { PATIENCE } from './upload.ts';

const PAUSE = 5;
const SECONDS_TO_ANSWER = 15;
/** One line of progress for so many tries. */
const PROGRESS = 12;

/**
 * Waits until GET /health says that the app reaches its storage and its vault, and that it is the build of this commit: while instances are replaced,
 * the one before may still answer. Throws CommandError when its patience is over.
 */
export async function waitForHealth(host: string, commit: string, context: AzContext): Promise<void> {
  const { output, wait } = context;
  output.write(`GET https://${host}/health, until it is the build of ${commit}\n`);
  let last = '';
  for (let waited = 0, tries = 1; waited < PATIENCE; waited += PAUSE, tries += 1) {
    const answer = await askHealth(host, context);
    if (answer.status === 200 && answer.commit === commit) return;
    last = answer.words;
    if (tries % PROGRESS === 0) output.write(`  not yet, after ${waited + PAUSE} seconds: ${last}\n`);
    await wait(PAUSE);
  }
  throw new CommandError(
    `The app is not healthy after ${PATIENCE / 60} minutes, or not the build of ${commit}; its last answer was ${last}. docs/operations.md says what each answer means; the app's own log is in Application Insights.`,
  );
}

interface Answer {
  /** 0 where there was none. */
  readonly status: number;
  /** The commit that the app was built from, where it says so. */
  readonly commit?: unknown;
  readonly words: string;
}

/** Asks once. */
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

/** fetch hides it in the cause. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error; // fetch throws nothing else
  if (name === 'TimeoutError') return `none within ${SECONDS_TO_ANSWER} seconds`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : name;
  return `none (${code})`;
}
