import { CommandError } from '../commands/shared/command-error.ts';
import { fetchFailureCode } from '../commands/shared/fetch-failure.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import type { AzContext } from './az.ts';
import { PATIENCE } from './upload.ts';

const PAUSE = 5;
const SECONDS_TO_ANSWER = 15;
/** The number of tries after which a line of progress is printed. */
const PROGRESS = 12;

/**
 * Waits until GET /health shows that the app reaches its storage and its key vault, and that it was built from this commit. While instances are
 * replaced, one with the previous version may still respond. Throws CommandError if this takes longer than PATIENCE.
 */
export async function waitForHealth(host: string, commit: string, context: AzContext): Promise<void> {
  const { output, wait } = context;
  output.write(`GET https://${host}/health, until it returns the commit ${commit}\n`);
  let last = '';
  for (let waited = 0, tries = 1; waited < PATIENCE; waited += PAUSE, tries += 1) {
    const health = await readHealth(host, context);
    if (health.status === 200 && health.commit === commit) return;
    last = health.text;
    if (tries % PROGRESS === 0) output.write(`  not yet, after ${waited + PAUSE} seconds: ${last}\n`);
    await wait(PAUSE);
  }
  throw new CommandError(
    `After ${PATIENCE / 60} minutes, the app is not healthy or does not run the commit ${commit}. Its last response was ${last}. docs/operations.md explains the responses; the app's log is in Application Insights.`,
  );
}

interface Health {
  /** The HTTP status; 0 if there was no response. */
  readonly status: number;
  /** The commit that the app was built from, if the response contains it. */
  readonly commit?: unknown;
  /** The response, or why there is none, as text. */
  readonly text: string;
}

/** Sends one GET /health. Never rejects. */
export async function readHealth(host: string, { fetch }: AzContext): Promise<Health> {
  try {
    const signal = AbortSignal.timeout(SECONDS_TO_ANSWER * 1000);
    const response = await fetch(`https://${host}/health`, { signal, redirect: 'manual' });
    const body = await response.text();
    const health = parseJson(body);
    const text = isRecord(health) ? `${response.status} ${body.slice(0, 200)}` : `${response.status}`;
    return { status: response.status, text, ...(isRecord(health) && { commit: health['commit'] }) };
  } catch (error) {
    return { status: 0, text: reasonOf(error) };
  }
}

/** Why fetch failed, as text. */
function reasonOf(error: unknown): string {
  const { name } = error as Error; // fetch throws nothing else
  if (name === 'TimeoutError') return `none within ${SECONDS_TO_ANSWER} seconds`;
  return `none (${fetchFailureCode(error) ?? name})`;
}
