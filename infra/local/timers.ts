import { Cron } from 'croner';
import { type RegisteredFunction, registeredFunctions, triggerOf } from './functions-core.ts';
import { invoke, type Log } from './worker.ts';

/** The registered functions with a timer trigger. */
const timers = (): readonly RegisteredFunction[] =>
  registeredFunctions().filter((one) => triggerOf(one, 'timerTrigger') !== undefined);

/** The timer's function in a path /admin/functions/<name> of the host, ignoring case. */
export function namedTimer(path: string): RegisteredFunction | undefined {
  const name = /^\/admin\/functions\/([^/]+)\/?$/i.exec(path)?.[1]?.toLowerCase();
  return timers().find(({ metadata }) => metadata.name.toLowerCase() === name);
}

/**
 * Runs the registered timers on their schedules, which are in UTC and start with the seconds. A timer is not started while it is still running. Unlike in
 * Azure, a missed occurrence is not run at the start. Throws if a schedule is not valid.
 */
export function startTimers(log: Log): { readonly stop: () => void } {
  const jobs = timers().map((timer) => {
    const [, { schedule = '' }] = triggerOf(timer, 'timerTrigger') ?? ['', {}];
    return new Cron(schedule, { timezone: 'UTC', protect: true, mode: '6-part' }, () => runTimer(timer, log));
  });
  return { stop: () => jobs.forEach((job) => void job.stop()) };
}

/** Runs a timer's function once, and logs any error that it throws. */
export async function runTimer(timer: RegisteredFunction, log: Log): Promise<void> {
  const [name] = triggerOf(timer, 'timerTrigger') ?? ['timer'];
  try {
    await invoke(timer, { name, data: { json: JSON.stringify({ isPastDue: false }) } }, log);
  } catch (error) {
    log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
