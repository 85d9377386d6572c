import { DefaultAzureCredential } from '@azure/identity';
import { type AuditTotals, streamAudit } from '../../shared/audit/audit.ts';
import type { Finding } from '../../shared/audit/finding.ts';
import { ScimError } from '../../shared/scim/errors.ts';
import type { Service } from '../../shared/services/service.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { requireTenant } from '../tenants/known-tenant.ts';
import { PATIENCE } from '../tenants/tenant-data.ts';
import type { VaultContext } from '../tokens/vault.ts';
import { explainAzure } from './shared/azure-failure.ts';
import { command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { type Ask, askOnTerminal, confirmByTyping } from './shared/confirmation.ts';
import { readService, readTenant, services, tablesOption, vaultOptionIfNamed } from './shared/option-values.ts';
import { optional } from './shared/options.ts';
import { counted } from './shared/output.ts';
import { describeTarget, targetOf } from './shared/target.ts';

const commandLine = {
  name: 'audit',
  synopsis: [`--service ${services.join('|')} [--tenant <name>] [--repair] [--drop-columns]`],
  options: {
    service: { help: 'the service whose table is read', read: readService },
    tenant: { help: "audit only this tenant's rows (default: the rows of all tenants)", read: optional(readTenant) },
    repair: {
      flag: true,
      help: 'repair what can be repaired safely while the service is running; no resource loses data',
    },
    'drop-columns': {
      flag: true,
      help: 'also delete the columns of attributes that no longer exist; use it only while no newer version of the service runs',
    },
    yes: { flag: true, help: 'with --drop-columns: do not ask for confirmation (for scripts)' },
    tables: tablesOption,
    vault: {
      ...vaultOptionIfNamed,
      help: 'with --tenant: the key vault in which to look for the tenant if it has no rows (the setting SCIM_KEY_VAULT_URI)',
    },
  },
  notes: `The exit code is 0 if nothing is wrong or everything was repaired, 1 if problems remain, and 2 if the table could not be read.`,
} as const;

const COULD_NOT_READ = 2;

/** Reads a service's table and prints what is wrong. Resolves to the exit code: 0, 1 if problems remain, or 2 if the table could not be read. */
export const audit = command(
  commandLine,
  async ({ tables, vault, yes, ...wanted }, context: AuditContext) => {
    const { service, tenant, repair, 'drop-columns': dropColumns } = wanted;
    const target = targetOf({ tables, vault }, context.environment);
    if (tenant !== undefined) await requireTenant(tenant, target, context);
    if (repair || dropColumns) context.output.write(describeTarget(target));
    if (dropColumns && !yes) await confirmDropping(service, context);
    return run({ tables, service, tenant, repair, dropColumns }, context);
  },
  COULD_NOT_READ,
);

type AuditContext = Omit<VaultContext, 'now'> & { readonly ask: Ask };

const confirmDropping = ({ name }: Service, { ask }: AuditContext): Promise<void> =>
  confirmByTyping(ask, {
    question: `The values in columns that this version does not know will be deleted permanently. Type ${name} to continue: `,
    name,
    otherwise: `Nothing was changed: what you typed is not ${name}. (Scripts use --yes.)`,
  });

interface Wanted {
  readonly tables: string;
  readonly service: Service;
  readonly tenant: string | undefined;
  readonly repair: boolean;
  readonly dropColumns: boolean;
}

async function run({ tables, service, tenant, repair, dropColumns }: Wanted, { output, credential }: AuditContext) {
  const tally = tallyFindings(repair || dropColumns);
  try {
    const table = connectTable({ tables, name: service.name }, credential);
    const narrowed = tenant === undefined ? {} : { tenant };
    const findings = streamAudit(table, service.resourceType, { ...narrowed, repair, dropColumns, patience: PATIENCE });
    let next = await findings.next();
    for (; !next.done; next = await findings.next()) output.write(`${tally.add(next.value)}\n`);
    output.write(`${tally.summary(next.value)}\n`);
    return tally.unrepaired() > 0 ? 1 : 0;
  } catch (error) {
    throw explainFailure(error, service, repair);
  }
}

/** Counts the findings and describes them. */
interface Tally {
  /** Counts a finding and returns its description. */
  readonly add: (finding: Finding) => string;
  /** How many findings were not repaired. */
  readonly unrepaired: () => number;
  readonly summary: (totals: AuditTotals) => string;
}

/** Starts a tally. `repair` is whether the audit repairs what it can. */
function tallyFindings(repair: boolean): Tally {
  let repaired = 0;
  let repairable = 0;
  let others = 0;

  function add(finding: Finding): string {
    if (finding.repaired) repaired += 1;
    else if (finding.repairable) repairable += 1;
    else others += 1;
    const { tenant, rowKey, kind, detail } = finding;
    return `${[tenant, rowKey].filter(Boolean).join(' ')}\n  ${kind}: ${detail} ${outcomeOf(finding)}`;
  }

  function outcomeOf(finding: Finding): string {
    if (finding.repaired) return 'Repaired.';
    if (!finding.repairable) return 'An operator has to look at it.';
    return repair ? 'It could not be repaired this time: run the command again.' : '--repair fixes it.';
  }

  function summary({ tenants, resources, rows }: AuditTotals): string {
    const read = `Read ${counted(rows, 'row')} of ${counted(tenants, 'tenant')}: ${counted(resources, 'resource')}.`;
    const found = [
      repaired > 0 ? `${repaired} repaired` : [],
      repairable > 0 ? `${repairable} that --repair fixes` : [],
      others > 0 ? `${others} that an operator has to look at (docs/audit.md)` : [],
    ].flat();
    return `${read}\n${found.length === 0 ? 'Nothing is wrong.' : `Found: ${found.join(', ')}.`}`;
  }

  return { add, unrepaired: () => repairable + others, summary };
}

/** Explains why a table could not be read, and what to do about it. An error that does not come from Azure Storage is returned unchanged. */
function explainFailure(error: unknown, service: Service, repair: boolean): unknown {
  const cause = error instanceof ScimError ? (error.cause ?? error) : error;
  if (cause instanceof Error && cause.message.includes('TableNotFound')) {
    return new CommandError(
      `The storage account has no table ${service.name}: check SCIM_TABLES. The service or its deployment creates the table.`,
    );
  }
  if (cause instanceof ScimError) return new CommandError(cause.detail);
  return explainAzure(cause, {
    name: 'The storage account',
    role: repair ? 'Storage Table Data Contributor' : 'Storage Table Data Reader',
  });
}

if (import.meta.main)
  void runProgram((argv) =>
    audit(argv, { ...processContext, credential: () => new DefaultAzureCredential(), ask: askOnTerminal }),
  );
