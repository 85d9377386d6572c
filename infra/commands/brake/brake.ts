import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { type BrakeSettings, limitFor } from '../../../shared/brake/brake.ts';
import { type BrakeLog, brakeLog } from '../../../shared/brake/brake-log.ts';
import { readBrake } from '../../../shared/config.ts';
import { connectTable } from '../../../shared/store/connect.ts';
import { storeOf } from '../../../shared/store/store.ts';
import { command } from '../shared/command.ts';
import { CommandError } from '../shared/command-error.ts';
import { showDate } from '../shared/duration.ts';
import { explain } from '../shared/explain.ts';
import type { Output } from '../shared/output.ts';
import { type BrakeOptions, readArguments, usage } from './arguments.ts';

/** What the command needs of the process that it runs in. */
export interface Surroundings {
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** The caller's own sign-in to Azure. */
  readonly credential: () => TokenCredential;
}

/** The operator's hand on the brake. Returns the exit code: 0, or 1 with a sentence. */
export const brake = command({ usage, readArguments, run });

/** The settings of the brake, as the service has them where the operator's environment says nothing else. */
const settingsOf = ({ environment }: Surroundings): BrakeSettings =>
  readBrake(environment['SCIM_BRAKE']) ?? { floor: 10, percent: 20, minutes: 60 };

async function run(options: BrakeOptions, surroundings: Surroundings): Promise<void> {
  const settings = settingsOf(surroundings);
  try {
    const log = openLog(options, settings, surroundings);
    if (options.action === 'release') await release(options, log, surroundings.now());
    surroundings.output.write(await describe(options, settings, log));
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw explain(cause, { name: 'The storage account', role: 'Storage Table Data Contributor' });
  }
}

/** A mistyped tenant is refused: else the operator would think that the brake of the right one is released. */
async function release({ service, tenant, time }: BrakeOptions, log: BrakeLog, now: Date): Promise<void> {
  const { counted, state } = await log.read();
  if (counted === 0 && state.kind === 'open' && (await log.countActive()) === 0)
    throw new CommandError(
      `The tenant ${tenant} has no active ${service.name}: there is nothing to release. Check its name with npm run tenant -- list.`,
    );
  await log.release(new Date(now.getTime() + time));
}

function openLog(
  { service, tenant, tables }: BrakeOptions,
  { minutes }: BrakeSettings,
  { now, credential }: Surroundings,
): BrakeLog {
  const table = connectTable(tables, service.name, credential);
  const { calls, countInUse } = storeOf({ table, type: service.resourceType, now, newId: randomUUID })(tenant);
  return brakeLog({ table, tenant, calls, now, minutes, seen: new Map(), countActive: countInUse });
}

async function describe({ service, tenant }: BrakeOptions, settings: BrakeSettings, log: BrakeLog): Promise<string> {
  const { counted, state } = await log.read();
  const active = await log.countActive();
  const limit = limitFor(settings, active + counted);
  return [
    `Tenant ${tenant}, ${service.name}: ${active} active.`,
    `Disabled or deleted within ${settings.minutes} minutes: ${counted} of at most ${limit}.`,
    sentences[state.kind](state.kind === 'open' ? '' : showDate(state.kind === 'latched' ? state.since : state.until)),
    '',
  ].join('\n');
}

const sentences = {
  open: () => 'The brake is open.',
  latched: (since: string) => `The brake holds since ${since}: further ones are refused with 403 until it is released.`,
  released: (until: string) => `The brake is released: everything is let through until ${until}.`,
} as const;
