import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { StartError } from './start-error.ts';

/**
 * Runs the built app under Azure Functions Core Tools, in this folder and with these settings, until they end. Signals are passed on.
 * Resolves to their exit code; rejects with a StartError where `func` is not installed.
 */
export async function runCoreTools(port: number, environment: Readonly<Record<string, string>>): Promise<number> {
  const func = spawn('func', ['start', '--port', String(port)], { env: environment, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => func.kill(signal));
  try {
    const [code] = await once(func, 'exit');
    return code ?? 1;
  } catch {
    throw new StartError(
      'Azure Functions Core Tools (func) are not installed: install them, or use npm start, which needs none.',
    );
  }
}
