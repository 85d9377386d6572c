import type { Config } from '../../shared/config.ts';
import { CONSOLE_PORT, openConsole } from '../console/server/console.ts';
import type { LiveLog } from '../console/server/request-log.ts';
import type { Handler, RunningConsole } from '../console/server/serve.ts';
import type { Settings } from './settings.ts';

/**
 * Serves the console's page for the local environment. It shows requests only if the services run in this process. The code that reads the tables is
 * loaded when the page is first opened, because loading it takes a second.
 */
export function servePage(config: Config, environment: Settings, log?: LiveLog): Promise<RunningConsole> {
  let loading: Promise<Handler> | undefined;
  const handle: Handler = async (path, query) => {
    loading ??= import('./local-handler.ts').then(({ localHandler }) => localHandler(config, environment, log));
    return (await loading)(path, query);
  };
  return openConsole(handle, CONSOLE_PORT, process.stdout);
}
