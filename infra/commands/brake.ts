import { randomUUID } from 'node:crypto';
import { DefaultAzureCredential } from '@azure/identity';
import { type BrakeLog, type BrakeSettings, brakeLog, limitFor } from '../../shared/brake.ts';
import { readBrake } from '../../shared/config.ts';
import type { Service } from '../../shared/services/service.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { storeOf } from '../../shared/store/store.ts';
import { explainAzure } from './shared/azure-failure.ts';
import { type AzureContext, command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { readDuration, readService, readTenant, services } from './shared/option-values.ts';
import { showDate } from './shared/output.ts';

const commandLine = {
  name: 'brake',
  synopsis: [`status|release --service ${services.join('|')} --tenant <name> [--for 24h]`],
  actions: {
    status:
      'shows how many active resources were disabled or deleted within the window, the limit, and whether the brake holds',
    release: 'lets everything through for a time: 24h unless --for says otherwise (such as 2h or 7d)',
  },
  options: {
    service: { read: readService },
    tenant: { read: readTenant },
    for: { read: readTime },
    tables: {
      help: 'the storage account, https://<name>.table.core.windows.net (the setting SCIM_TABLES)',
      setting: 'SCIM_TABLES',
      read: readAccount,
    },
  },
} as const;

function readTime(text = '24h', option: string): number {
  const time = readDuration(text, option);
  if (time > 0) return time;
  throw new CommandError(`${option} has to be longer than 0.`);
}

function readAccount(text: string | undefined): string {
  if (text?.trim()) return text.trim();
  throw new CommandError(
    'No tables are named: set SCIM_TABLES, or say --tables https://<name>.table.core.windows.net.',
  );
}

/** The operator's hand on the brake. Resolves to the exit code: 0, or 1 with a sentence. */
export const brake = command(
  commandLine,
  async ({ action, service, tenant, for: time, tables }, context: AzureContext) => {
    const settings = settingsIn(context);
    try {
      const log = openLog({ service, tenant, tables }, settings, context);
      if (action === 'release')
        await release({ service, tenant, until: new Date(context.now().getTime() + time) }, log);
      context.output.write(await describe({ service, tenant }, settings, log));
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw explainAzure(cause, { name: 'The storage account', role: 'Storage Table Data Contributor' });
    }
  },
);

/** The settings of the brake, as the service has them where the operator's environment says nothing else. */
const settingsIn = ({ environment }: AzureContext): BrakeSettings =>
  readBrake(environment['SCIM_BRAKE']) ?? { floor: 10, percent: 20, minutes: 60 };

/** Whose brake it is. */
interface Braked {
  readonly service: Service;
  readonly tenant: string;
}

function openLog(
  { service, tenant, tables }: Braked & { readonly tables: string },
  settings: BrakeSettings,
  { now, credential }: AzureContext,
): Opened {
  const table = connectTable({ tables, name: service.name }, credential);
  const { calls, countInUse } = storeOf({ table, type: service.resourceType, now, newId: randomUUID })(tenant, '');
  return { ...brakeLog({ table, tenant, calls, now, settings, taken: new Map() }), countActive: countInUse };
}

/** A tenant's brake, and its directory. */
interface Opened extends BrakeLog {
  readonly countActive: () => Promise<number>;
}

/** A mistyped tenant is refused: else the operator would think that the brake of the right one is released. */
async function release({ service, tenant, until }: Braked & { readonly until: Date }, log: Opened): Promise<void> {
  const { counted, state } = await log.read();
  if (counted === 0 && state.kind === 'open' && (await log.countActive()) === 0)
    throw new CommandError(
      `The tenant ${tenant} has no active ${service.name}: there is nothing to release. Check its name with npm run tenant -- list.`,
    );
  await log.release(until);
}

async function describe({ service, tenant }: Braked, settings: BrakeSettings, log: Opened): Promise<string> {
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

if (import.meta.main)
  void runProgram((argv) => brake(argv, { ...processContext, credential: () => new DefaultAzureCredential() }));
