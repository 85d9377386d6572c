import { claimedTenant, newToken } from '../../shared/auth/token.ts';
import { secretName } from '../../shared/auth/token-vault.ts';
import type { Service } from '../../shared/services/service.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { openVault } from '../tokens/vault.ts';
import type { EntraContext } from './context.ts';
import type { EntraOptions } from './options.ts';

/** A Secret Token. If it is new, it was just added to the key vault, and BookMe may not accept it yet. */
export interface SecretToken {
  readonly token: string;
  readonly isNew: boolean;
}

/** Gets the Secret Token of a service, from the key vault, SCIM_TOKEN, a prompt or standard input. Never shows it. Throws CommandError. */
export async function obtainToken(
  options: EntraOptions,
  service: Service,
  context: EntraContext,
): Promise<SecretToken> {
  if (options.issueTo) return { token: await issueToken(options, service, context), isNew: true };
  const text =
    context.environment['SCIM_TOKEN'] || (await context.askSecret(`Secret Token of ${service.name} (not shown): `));
  return { token: readToken(text.trim(), options.tenant), isNew: false };
}

/** Adds a token to the bank's secret. The bank's earlier tokens stay valid. */
async function issueToken(
  { tenant, issueTo: vault }: EntraOptions,
  service: Service,
  context: EntraContext,
): Promise<string> {
  if (!tenant || !vault) throw new CommandError('--issue-token needs --tenant and --vault.');
  const token = newToken(tenant);
  await openVault(vault, context).add(secretName(service.name, tenant), token, undefined);
  context.errors.write(`A Secret Token of ${tenant} for ${service.name} was added to ${vault}.\n`);
  return token;
}

function readToken(text: string, tenant: string | undefined): string {
  if (text === '')
    throw new CommandError('No Secret Token was entered: type it or pipe it in, set SCIM_TOKEN, or use --issue-token.');
  const owner = claimedTenant(text);
  if (!owner)
    throw new CommandError(
      'That is not a Secret Token of BookMe, which consists of the name of the bank, a full stop and 43 characters. It was not used.',
    );
  if (tenant === undefined || owner === tenant) return text;
  throw new CommandError(`That Secret Token belongs to ${owner}, but --tenant is ${tenant}.`);
}
