import { CommandError } from '../commands/shared/command-error.ts';
import { type Ask, confirmByTyping } from '../commands/shared/confirmation.ts';
import { showDate, textTable } from '../commands/shared/output.ts';
import { stateOf } from '../tokens/secret-version.ts';
import type { Vault, VaultContext } from '../tokens/vault.ts';
import { opens } from './list.ts';
import type { TenantTable } from './tenant-table.ts';
import { type TenantTokens, tokensOf } from './tenant-tokens.ts';

/** What an erasure has of the process that it runs in. */
export interface EraseContext extends VaultContext {
  readonly ask: Ask;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** Who is erased, and where. */
interface Erasure {
  readonly tenant: string;
  /** Whether to erase without asking. */
  readonly yes: boolean;
  readonly tables: readonly TenantTable[];
  /** Undefined: a local environment, whose tokens stand in its settings. */
  readonly vault: Vault | undefined;
}

/** How often the tables are read and swept before somebody has to look why rows keep coming. */
const SWEEPS = 5;

/** Removes a tenant: its tokens, then, when no instance knows them any more, its rows. Run again it goes on where it was interrupted. */
export async function erase({ tenant, yes, tables, vault }: Erasure, context: EraseContext): Promise<void> {
  const services = tables.map(({ service }) => service);
  const tokens = vault && tokensOf(tenant, services, vault);
  const hasAnything = await show({ tenant, tables, tokens }, context);
  if (!hasAnything && !(await tokens?.wereRemoved())) throw neverHeardOf(tenant, tokens !== undefined);
  if (hasAnything && !yes) await confirm(tenant, context);
  if (tokens) await removeTokens(tokens, context);
  const rows = await sweepAll(tenant, tables);
  context.output.write(`${rows} rows were deleted. Both tables were read again: they hold no row of ${tenant}.\n`);
  context.output.write(`${tokens ? afterwards : untouched}\n`);
}

/** A mistyped name looks like a tenant that is erased. What is left of one that was is its deleted secrets, for as long as the vault keeps them. */
function neverHeardOf(tenant: string, isVaultNamed: boolean): CommandError {
  const vault = isVaultNamed ? ', no token and no deleted one' : ' here';
  return new CommandError(
    `The tenant ${tenant} has no row${vault}: either it was erased, or its name is mistyped. npm run tenant -- list shows all. Nothing was changed.`,
  );
}

/** Shows what there is of the tenant, and returns whether there is anything. */
async function show(
  { tenant, tables, tokens }: Pick<Erasure, 'tenant' | 'tables'> & { readonly tokens: TenantTokens | undefined },
  { output, now }: EraseContext,
): Promise<boolean> {
  const secrets = (await tokens?.read()) ?? [];
  const lines: string[][] = [];
  for (const { service, countResources, countRows } of tables) {
    const versions = secrets.filter((secret) => opens(secret, service)).flatMap((secret) => secret.versions);
    const state = tokens ? stateOf(versions, now()) : 'not known';
    lines.push([service, String(await countResources(tenant)), String(await countRows(tenant)), state]);
  }
  output.write(`The tenant ${tenant}:\n${textTable([['service', 'resources', 'rows', 'token'], ...lines])}`);
  return secrets.length > 0 || lines.some(([, , rows]) => rows !== '0');
}

const confirm = (tenant: string, { ask }: EraseContext): Promise<void> =>
  confirmByTyping(ask, {
    question: "This cannot be undone. Type the tenant's name to erase it: ",
    name: tenant,
    otherwise: 'Nothing was erased: that is not the name of the tenant (a script says --yes).',
  });

/** Rows are deleted when no instance accepts the tokens any more: else Entra, which goes on sending, would make new ones. */
async function removeTokens(tokens: TenantTokens, { output, now, wait }: EraseContext): Promise<void> {
  const milliseconds = await tokens.remove(now());
  if (milliseconds === 0) return;
  const until = showDate(new Date(now().getTime() + milliseconds));
  output.write(`The tokens are removed. Instances may remember them until ${until}: the rows are deleted then.
Stopping here with Ctrl-C does no harm: the same command goes on later.\n`);
  await wait(Math.ceil(milliseconds / 1_000));
}

/** Deletes until all tables, read from end to end, have no row of the tenant. Returns how many there were. */
async function sweepAll(tenant: string, tables: readonly TenantTable[]): Promise<number> {
  let rows = 0;
  for (let sweeps = 0; sweeps <= SWEEPS; sweeps += 1) {
    let found = 0;
    for (const { sweep } of tables) found += await sweep(tenant);
    if (found === 0) return rows;
    rows += found;
  }
  throw new CommandError(
    `Rows of ${tenant} keep coming while they are deleted: somebody still writes them. Stop the provisioning job of ${tenant} in ` +
      'Entra, or restart the function app, and run this again.',
  );
}

const afterwards = `An instance that could not reach the key vault in the meantime may accept the tokens for up to 1 hour: where the vault had
trouble, restart the function app, and run this again to be sure.`;

const untouched = `Its tokens were not touched, because no key vault is named. Locally they stand in SCIM_TOKENS (local.settings.json):
until they are taken out there and the service is started again, whoever has one can provision anew.`;
