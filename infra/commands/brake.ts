import { DefaultAzureCredential } from '@azure/identity';
import type { Service } from '../../shared/services/service.ts';
import { services as declared } from '../../shared/services/services.ts';
import { brakeCount, brakeWord } from '../tenants/brake-text.ts';
import { type BrakeStatus, readBrakes, releaseBrake } from '../tenants/brakes.ts';
import { requireTenant } from '../tenants/known-tenant.ts';
import { type AzureContext, command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { readDuration, readService, readTenant, services, tablesOption } from './shared/option-values.ts';
import { optional } from './shared/options.ts';
import { textTable } from './shared/output.ts';
import { describeTarget, targetOf } from './shared/target.ts';

const HOUR = 3_600_000;
/** Entra retries a refused change after 6, 12 and 24 hours, then once a day. So it sends every change again within this time. */
const LONGEST_WAIT = 25 * HOUR;

const commandLine = {
  name: 'brake',
  synopsis: [
    `status [--service ${services.join('|')}] [--tenant <name>] [--json]`,
    `release --service ${services.join('|')} --tenant <name> [--for 25h]`,
  ],
  actions: {
    status:
      'shows, for each service and tenant, whether the brake is engaged and how many resources were disabled or deleted',
    release: 'lets every change through for a time: --for, such as 48h or 7d (default: 25h)',
  },
  options: {
    service: { read: optional(readService) },
    tenant: { read: optional(readTenant) },
    for: { read: readTime },
    json: { flag: true, help: 'with status: print JSON, for scripts' },
    tables: tablesOption,
  },
} as const;

function readTime(text = '25h', option: string): number {
  const time = readDuration(text, option);
  if (time > 0) return time;
  throw new CommandError(`${option} must be longer than 0.`);
}

/** Shows the brakes, or releases one. Resolves to the exit code: 0, or 1 with a message. */
export const brake = command(
  commandLine,
  async ({ action, service, tenant, for: time, tables, json }, context: AzureContext) => {
    const target = targetOf({ tables, vault: undefined }, context.environment);
    if (action === 'release') {
      if (!service || tenant === undefined)
        throw new CommandError('release needs --service and --tenant: it releases one brake at a time.');
      context.output.write(describeTarget(target));
      return release({ service, tenant, time }, { tables, ...context });
    }
    if (tenant !== undefined) await requireTenant(tenant, target, context);
    const brakes = await readBrakes({ tables, services: service ? [service] : declared, tenant }, context);
    context.output.write(json ? `${JSON.stringify(brakes, undefined, 2)}\n` : describe(brakes));
  },
);

interface Release {
  readonly service: Service;
  readonly tenant: string;
  /** In milliseconds. */
  readonly time: number;
}

async function release({ service, tenant, time }: Release, context: AzureContext & { readonly tables: string }) {
  const until = new Date(context.now().getTime() + time);
  const status = await releaseBrake({ tables: context.tables, service, tenant, until }, context);
  context.output.write(describe([status]));
  context.output.write(
    'Entra retries each refused change after 6, 12 and 24 hours, then once a day. To make Entra retry them now, the administrator chooses ' +
      '"Restart provisioning" in the application.\n',
  );
  if (time < LONGEST_WAIT)
    context.output.write(
      'This release may end before Entra retries the changes: restart provisioning, or release the brake for at least 25h.\n',
    );
}

function describe(brakes: readonly BrakeStatus[]): string {
  if (brakes.length === 0) return 'There are no tenants.\n';
  return textTable([
    ['service', 'tenant', 'active', 'disabled or deleted', 'brake'],
    ...brakes.map((one) => [one.service, one.tenant, String(one.active), brakeCount(one), brakeWord(one)]),
  ]);
}

if (import.meta.main)
  void runProgram((argv) => brake(argv, { ...processContext, credential: () => new DefaultAzureCredential() }));
