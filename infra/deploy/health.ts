import { CommandError } from '../commands/shared/command-error.ts';
import type { UploadContext } from './upload.ts';

const PATIENCE = 5 * 60;
const PAUSE = 5;
const SECONDS_TO_ANSWER = 15;
/** One line of progress for so many tries. */
const PROGRESS = 6;

/**
 * Waits until GET /health says that the app reaches its storage and its vault. False where the access restriction does not let this machine
 * in. Throws CommandError after five minutes.
 */
export async function waitForHealth(host: string, isRestricted: boolean, context: UploadContext): Promise<boolean> {
  const { output, wait } = context;
  output.write(`GET https://${host}/health\n`);
  let last = '';
  for (let waited = 0, tries = 1; waited < PATIENCE; waited += PAUSE, tries += 1) {
    const { status, words } = await askHealth(host, context);
    if (status === 200) return true;
    if (status === 403 && isRestricted) return false;
    last = words;
    if (tries % PROGRESS === 0) output.write(`  not yet, after ${waited + PAUSE} seconds: ${words}\n`);
    await wait(PAUSE);
  }
  throw new CommandError(
    `The app is not healthy after ${PATIENCE / 60} minutes; its last answer was ${last}. docs/operations.md says what each answer means; the app's own log is in Application Insights.`,
  );
}

interface Answer {
  /** 0 where there was none. */
  readonly status: number;
  readonly words: string;
}

/** Asks once. */
export async function askHealth(host: string, { external }: UploadContext): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(SECONDS_TO_ANSWER * 1000);
    const response = await external.fetch(`https://${host}/health`, { signal, redirect: 'manual' });
    const body = await response.text();
    const words = body.startsWith('{') ? ` ${body.slice(0, 200)}` : '';
    return { status: response.status, words: `${response.status}${words}` };
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
