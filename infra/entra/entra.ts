import { command } from '../commands/console/command.ts';
import { apply, plan } from './apply.ts';
import { type Action, type EntraOptions, readArguments } from './arguments.ts';
import { check } from './check.ts';
import { logs } from './logs.ts';
import { onDemand } from './on-demand.ts';
import { pause, restart, start, test } from './operate.ts';
import { remove } from './remove.ts';
import { openSession, type Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { usage } from './usage.ts';

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
  logs: (session) => logs(session),
};

/** A bank's Entra side. Returns the exit code: 0, 1 where something was refused or failed, 2 where plan or check found differences. */
export const entra = command({ usage, readArguments, run });

async function run(options: EntraOptions, surroundings: Surroundings): Promise<unknown> {
  return actions[options.action](await openSession(options, surroundings));
}
