// @ts-nocheck
import type { HttpHandler } from '@azure/functions';

/** A dependency of the service and how to ask whether it answers: rejects where it does not. */
export interface Dependency {
  readonly name: 'storage' | 'tokens';
  readonly check: () => Promise<unknown>;
}

export interface Health {
  readonly status: 'ok' | 'degraded';
  /** The dependencies that do not answer. */
  readonly degraded?: readonly string[];
  /** The commit that the app was built from, so that a deployment knows which build answers. */
  readonly commit?: string;
}

/** How long an answer is given again before the dependencies are asked anew, in milliseconds; and how long they have. */
const FRESH = 15_000;
const PATIENCE = 3_000;

/**
 * GET /health: anonymous, so it says no more than whether the service works and which dependency keeps it from doing so. However many ask,
 * the dependencies are asked by one caller at a time and at most every 15 seconds.
 */
export function healthHandler(
  dependencies: readonly Dependency[],
  commit?: string,
  now: () => number = () => performance.now(),
): HttpHandler {
  let answer: Promise<Health> | undefined;
  let at = 0;
  return async () => {
    if (!answer || now() - at > FRESH) {
      at = now();
      answer = examine(dependencies);
    }
    const health = await answer;
    return {
      status: health.status === 'ok' ? 200 : 503,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ ...health, commit }),
    };
  };
}

async function examine(dependencies: readonly Dependency[]): Promise<Health> {
  const answers = await Promise.all(
    dependencies.map(async ({ name, check }) => ({ name, isWell: await isWell(check) })),
  );
  const degraded = [...new Set(answers.filter((one) => !one.isWell).map(({ name }) => name))];
  return degraded.length === 0 ? { status: 'ok' } : { status: 'degraded', degraded };
}

async function isWell(check: () => Promise<unknown>): Promise<boolean> {
  const tooLate = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), PATIENCE).unref();
  });
  const inTime = check().then(
    () => true,
    () => false,
  );
  return Promise.race([inTime, tooLate]);
}
