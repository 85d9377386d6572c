import { claimedTenant, newToken } from '../../shared/auth/token.ts';
import { secretName } from '../../shared/auth/token-vault.ts';
import type { Service } from '../../shared/services/service.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { openVault } from '../tokens/vault.ts';
import type { EntraContext } from './context.ts';
import type { EntraOptions } from './options.ts';

/** A Secret Token and whether BookMe was told of it a moment ago. */
export interface SecretToken {
  readonly token: string;
  readonly isNew: boolean;
}

/** The Secret Token of a service: issued into the vault, or from SCIM_TOKEN, a prompt or standard input. Throws CommandError; never shows it. */
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

/** Adds a token to the bank's secret. Tokens that it had stay valid, as with npm run token -- rotate. */
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
    throw new CommandError('No Secret Token was entered: type or pipe it in, set SCIM_TOKEN, or say --issue-token.');
  const owner = claimedTenant(text);
  if (!owner)
    throw new CommandError(
      'That is not a Secret Token of BookMe: it is the name of the bank, a full stop and 43 characters. Nothing was changed with it.',
    );
  if (tenant === undefined || owner === tenant) return text;
  throw new CommandError(`That Secret Token is ${owner}'s, and --tenant says ${tenant}.`);
}
