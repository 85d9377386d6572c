import { apply, plan } from './apply.ts';
import { check } from './check.ts';
import type { EntraContext } from './context.ts';
import { logs } from './logs.ts';
import { onDemand } from './on-demand.ts';
import { pause, restart, start, test } from './operate.ts';
import type { Action, EntraOptions } from './options.ts';
import { remove } from './remove.ts';
import { openSession, type Session } from './session.ts';

const actions: Readonly<Record<Action, (session: Session) => Promise<unknown>>> = {
  plan,
  apply,
  check,
  test,
  'on-demand': onDemand,
  pause,
  start,
  restart,
  remove,
  logs,
};

/** Signs in and runs the action. Resolves to the exit code: 1 if something failed, 2 if plan or check found differences, 0 or undefined otherwise. */
export const perform = async (options: EntraOptions, context: EntraContext): Promise<unknown> =>
  actions[options.action](await openSession(options, context));
