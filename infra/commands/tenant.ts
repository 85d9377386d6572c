import { DefaultAzureCredential } from '@azure/identity';
import { isAccountUrl } from '../../shared/store/connect.ts';
import { type EraseContext, erase } from '../tenants/erase.ts';
import { list } from '../tenants/list.ts';
import { openTable } from '../tenants/tenant-table.ts';
import { openVault } from '../tokens/vault.ts';
import { command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { askOnTerminal } from './shared/confirmation.ts';
import { readTenant, services, tablesOption, vaultOptionIfNamed } from './shared/option-values.ts';
import { optional } from './shared/options.ts';
import { describeTarget, targetOf } from './shared/target.ts';

const commandLine = {
  name: 'tenant',
  synopsis: ['list', 'erase --tenant <name>'],
  actions: {
    list: "shows each tenant's tokens and counts its resources",
    erase: 'for a bank that leaves: removes its tokens, then everything it provisioned, for good',
  },
  options: {
    tenant: { read: optional(readTenant) },
    yes: { flag: true, help: 'with erase: do not ask, for scripts' },
    tables: tablesOption,
    vault: vaultOptionIfNamed,
  },
} as const;

/** Shows the tenants, or erases one. Resolves to the exit code: 0, or 1 where something was refused or is not finished. */
export const tenant = command(commandLine, async (values, context: EraseContext) => {
  const { action, tenant: name, yes, tables: account, vault: uri } = values;
  if (action === 'list' && (name !== undefined || yes))
    throw new CommandError('list shows all tenants: --tenant and --yes go with erase.');
  if (action === 'erase' && uri === undefined && isAccountUrl(account))
    throw new CommandError(
      "No key vault is named, and the tenant's tokens have to go before its rows: set SCIM_KEY_VAULT_URI, or say --vault.",
    );
  const target = targetOf({ tables: account, vault: uri }, context.environment);
  const open = () => ({
    vault: uri === undefined ? undefined : openVault(uri, context),
    tables: services.map((service) => openTable(account, service, context)),
  });
  if (action === 'erase') {
    const erasure = { tenant: readTenant(name), yes, ...open() };
    context.output.write(describeTarget(target));
    return erase(erasure, context);
  }
  const { tables, vault } = open();
  await list(tables, vault, context);
});

if (import.meta.main)
  void runProgram((argv) =>
    tenant(argv, { ...processContext, credential: () => new DefaultAzureCredential(), ask: askOnTerminal }),
  );
