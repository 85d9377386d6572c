import type { HttpHandler } from '@azure/functions';

/** A dependency of the service. `check` rejects if the dependency does not answer. */
export interface Dependency {
  readonly name: 'storage' | 'tokens';
  readonly check: () => Promise<unknown>;
}

export interface Health {
  readonly status: 'ok' | 'degraded';
  /** The dependencies that do not answer. */
  readonly degraded?: readonly string[];
  /** The commit that the app was built from, by which a deployment recognises its build. */
  readonly commit?: string;
}

/** How long a result is used before the dependencies are checked again, in milliseconds. */
const CACHE_TIME = 15_000;
/** How long a check may take, in milliseconds. */
const CHECK_TIMEOUT = 3_000;

/**
 * GET /health: 200, or 503 with the names of the dependencies that do not answer. It is anonymous, so it reveals no more than that. Requests share
 * one check of the dependencies in 15 seconds.
 */
export function healthHandler(
  dependencies: readonly Dependency[],
  commit?: string,
  now: () => number = () => performance.now(),
): HttpHandler {
  let answer: Promise<Health> | undefined;
  let at = 0;
  return async () => {
    if (!answer || now() - at > CACHE_TIME) {
      at = now();
      answer = checkAll(dependencies);
    }
    const health = await answer;
    return {
      status: health.status === 'ok' ? 200 : 503,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ ...health, commit }),
    };
  };
}

async function checkAll(dependencies: readonly Dependency[]): Promise<Health> {
  const answers = await Promise.all(
    dependencies.map(async ({ name, check }) => ({ name, responds: await responds(check) })),
  );
  const degraded = [...new Set(answers.filter((answer) => !answer.responds).map(({ name }) => name))];
  return degraded.length === 0 ? { status: 'ok' } : { status: 'degraded', degraded };
}

async function responds(check: () => Promise<unknown>): Promise<boolean> {
  const tooLate = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), CHECK_TIMEOUT).unref();
  });
  const inTime = check().then(
    () => true,
    () => false,
  );
  return Promise.race([inTime, tooLate]);
}
