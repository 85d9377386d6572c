import { DefaultAzureCredential } from '@azure/identity';
import { EVERY_SERVICE } from '../../shared/auth/token-vault.ts';
import { issue } from '../tokens/issue.ts';
import { list } from '../tokens/list.ts';
import { revoke } from '../tokens/revoke.ts';
import { rotate } from '../tokens/rotate.ts';
import { openVault, type VaultContext } from '../tokens/vault.ts';
import { command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { type Ask, askOnTerminal, confirmByTyping } from './shared/confirmation.ts';
import { readDuration, readTenant, services, tokenScopes, vaultOption } from './shared/option-values.ts';
import { optional } from './shared/options.ts';
import { describeTarget, targetOf } from './shared/target.ts';

const commandLine = {
  name: 'token',
  synopsis: [`issue|list|rotate|revoke --service ${services.join('|')}|all --tenant <name>`],
  actions: {
    issue: 'makes a Secret Token for a tenant that has none, and prints it once',
    list: 'lists the state of the tokens, of all tenants and all services unless you name one; never shows a token',
    rotate: 'makes a new token; the old one stays valid for --overlap',
    revoke: "disables the tenant's tokens; all of them unless you name a service",
  },
  options: {
    service: {
      help: 'the service that the token is for, or all for one token that every service accepts',
      read: readScopes,
    },
    tenant: { read: readTenantUnlessListing },
    overlap: {
      help: 'with rotate: how long the old token stays valid (default: 7d); 0 ends it now',
      read: readOverlap,
    },
    expires: {
      help: 'with issue and rotate: how long the new token is valid, such as 180d (default: until it is revoked)',
      read: readExpires,
    },
    yes: { flag: true, help: 'with revoke and rotate --overlap 0: do not ask for confirmation (for scripts)' },
    vault: vaultOption,
  },
} as const;

function readScopes(text: string | undefined, option: string, action: string): readonly string[] {
  if (text === undefined && (action === 'list' || action === 'revoke')) return tokenScopes;
  if (text !== undefined && tokenScopes.includes(text))
    return action === 'list' ? [...new Set([text, EVERY_SERVICE])] : [text];
  throw new CommandError(`${option} must be one of ${services.join(', ')} or all.`);
}

function readTenantUnlessListing(text: string | undefined, option: string, action: string): string | undefined {
  return action === 'list' ? optional(readTenant)(text, option) : readTenant(text, option);
}

function readOverlap(text: string | undefined, option: string, action: string): number {
  if (text !== undefined && action !== 'rotate') throw new CommandError(`${option} can be used only with rotate.`);
  return readDuration(text ?? '7d', option);
}

function readExpires(text: string | undefined, option: string, action: string): number | undefined {
  if (text === undefined) return undefined;
  if (action !== 'issue' && action !== 'rotate')
    throw new CommandError(`${option} can be used only with issue and rotate.`);
  const milliseconds = readDuration(text, option);
  if (milliseconds > 0) return milliseconds;
  throw new CommandError(`${option} must be longer than 0. Omit it for a token that does not expire.`);
}

const changes = { issue, rotate, revoke } as const;

type TokenContext = VaultContext & { readonly ask: Ask };

/** Issues, lists, rotates or revokes tokens. Resolves to the exit code: 0, or 1 if nothing or not everything was done. */
export const token = command(
  commandLine,
  async ({ action, service, tenant, overlap, expires, vault: uri, yes }, context: TokenContext) => {
    const target = targetOf({ tables: undefined, vault: uri }, context.environment);
    const vault = openVault(uri, context);
    if (action === 'list') return list({ scopes: service, tenant }, vault, context);
    context.output.write(describeTarget(target));
    const owner = readTenant(tenant);
    const confirm = yes ? async () => {} : (question: string) => confirmTenant(owner, question, context);
    await changes[action]({ scopes: service, tenant: owner, overlap, expires, confirm }, vault, context);
  },
);

const confirmTenant = (tenant: string, question: string, { ask }: TokenContext): Promise<void> =>
  confirmByTyping(ask, {
    question: `${question} Type the tenant's name to continue: `,
    name: tenant,
    otherwise: "Nothing was changed: what you typed is not the tenant's name. (Scripts use --yes.)",
  });

if (import.meta.main)
  void runProgram((argv) =>
    token(argv, { ...processContext, credential: () => new DefaultAzureCredential(), ask: askOnTerminal }),
  );
