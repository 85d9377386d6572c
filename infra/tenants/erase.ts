import { CommandError } from '../commands/shared/command-error.ts';
import { type Ask, confirmByTyping } from '../commands/shared/confirmation.ts';
import { showDate, textTable } from '../commands/shared/output.ts';
import { stateOf } from '../tokens/secret-version.ts';
import type { Vault, VaultContext } from '../tokens/vault.ts';
import { opens } from './list.ts';
import type { TenantTable } from './tenant-table.ts';
import { type TenantTokens, tokensOf } from './tenant-tokens.ts';

/** What the command gets from the process that it runs in. */
export interface EraseContext extends VaultContext {
  readonly ask: Ask;
  /** Resolves after that many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** The tenant to erase, and where its rows and tokens are. */
interface Erasure {
  readonly tenant: string;
  /** Whether to erase without asking. */
  readonly yes: boolean;
  readonly tables: readonly TenantTable[];
  /** Undefined in a local environment, whose tokens are in the settings. */
  readonly vault: Vault | undefined;
}

/** How many times the rows are deleted before the command gives up because a client keeps writing new ones. */
const SWEEPS = 5;

/** Removes a tenant: first its tokens and then, once no instance accepts them any more, its rows. An interrupted command can be run again. */
export async function erase({ tenant, yes, tables, vault }: Erasure, context: EraseContext): Promise<void> {
  const services = tables.map(({ service }) => service);
  const tokens = vault && tokensOf(tenant, services, vault);
  const hasAnything = await show({ tenant, tables, tokens }, context);
  if (!hasAnything && !(await tokens?.wereRemoved())) throw unknownTenant(tenant, tokens !== undefined);
  if (hasAnything && !yes) await confirm(tenant, context);
  if (tokens) await removeTokens(tokens, context);
  const rows = await sweepAll(tenant, tables);
  context.output.write(
    `${rows} rows were deleted. Both tables were read again, and contain no more rows of ${tenant}.\n`,
  );
  context.output.write(`${tokens ? afterwards : untouched}\n`);
}

/** A mistyped name looks like an erased tenant, once the vault no longer keeps the deleted secrets. */
function unknownTenant(tenant: string, isVaultNamed: boolean): CommandError {
  const vault = isVaultNamed ? ', no token and no deleted token' : ' here';
  return new CommandError(
    `The tenant ${tenant} has no row${vault}: either it was erased, or its name is mistyped. npm run tenant -- list shows all tenants. Nothing was changed.`,
  );
}

/** Prints what is stored for the tenant, and returns whether anything is. */
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
    otherwise: "Nothing was erased: what you typed is not the tenant's name. (Scripts use --yes.)",
  });

/** Removes the tokens and waits until no instance accepts them any more. Until then, a provisioning job that is still running could write new rows. */
async function removeTokens(tokens: TenantTokens, { output, now, wait }: EraseContext): Promise<void> {
  const milliseconds = await tokens.remove(now());
  if (milliseconds === 0) return;
  const until = showDate(new Date(now().getTime() + milliseconds));
  output.write(`The tokens are removed. Instances may still accept them until ${until}; the rows are deleted after that.
You can stop here with Ctrl-C: the same command continues later.\n`);
  await wait(Math.ceil(milliseconds / 1_000));
}

/** Deletes the tenant's rows until a full read of all tables finds none. Returns how many rows it deleted. */
async function sweepAll(tenant: string, tables: readonly TenantTable[]): Promise<number> {
  let rows = 0;
  for (let sweeps = 0; sweeps <= SWEEPS; sweeps += 1) {
    let found = 0;
    for (const { sweep } of tables) found += await sweep(tenant);
    if (found === 0) return rows;
    rows += found;
  }
  throw new CommandError(
    `New rows of ${tenant} appear while they are deleted: a client is still writing. Stop the provisioning job of ${tenant} in ` +
      'Entra or restart the function app, and run this command again.',
  );
}

const afterwards = `An instance that could not reach the key vault during this time may accept the tokens for up to 1 hour. If the vault had an
outage, restart the function app and run this command again.`;

const untouched = `The tenant's tokens were not changed, because no key vault is named. Locally they are in SCIM_TOKENS (local.settings.json):
clients can use them until you remove them there and start the service again.`;
