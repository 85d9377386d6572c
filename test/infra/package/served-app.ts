import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cleanEnvironment } from '../../end-to-end/started.ts';

/** An app that is served in a separate process. */
export interface ServedApp {
  readonly url: string;
  /** Names of the functions that it registers. */
  readonly functions: readonly string[];
  close(): Promise<void>;
}

/** Serves an app's folder with the local host, in a process with only these settings. If it does not start, rejects with what it printed. */
export async function serveApp(folder: string, settings: Readonly<Record<string, string>>): Promise<ServedApp> {
  const child = fork(join(import.meta.dirname, 'serve-app.ts'), [folder], {
    cwd: folder,
    env: cleanEnvironment(settings),
    execArgv: [],
    silent: true,
  });
  const { url, functions } = await Promise.race([readMessage(child), failure(child)]);
  return {
    url,
    functions,
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function readMessage(child: ChildProcess): Promise<Pick<ServedApp, 'url' | 'functions'>> {
  const [message] = await once(child, 'message');
  return message; // the message of serve-app.ts
}

async function failure(child: ChildProcess): Promise<never> {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const [code] = await once(child, 'close');
  throw new Error(`The app's process ended with ${code}: ${printed}`);
}
