import type { Config } from '../../shared/config.ts';
import { CONSOLE_PORT, openConsole } from '../console/server/console.ts';
import type { LiveLog } from '../console/server/request-log.ts';
import type { Answer, RunningConsole } from '../console/server/serve.ts';
import type { Settings } from './settings.ts';

/**
 * Serves the page that shows what arrived in the local environment. The requests are known where the services run in this process. What reads
 * the tables is loaded with the first question: it would make the start of those who never look a second longer.
 */
export function servePage(config: Config, environment: Settings, log?: LiveLog): Promise<RunningConsole> {
  let loading: Promise<Answer> | undefined;
  const answer: Answer = async (path, query) => {
    loading ??= import('./answer.ts').then(({ localAnswer }) => localAnswer(config, environment, log));
    return (await loading)(path, query);
  };
  return openConsole(answer, CONSOLE_PORT, process.stdout);
}
