import {
  AzureCliCredential,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
  type TokenCredential,
} from '@azure/identity';
import { CommandError } from '../commands/shared/command-error.ts';

/** The ways to sign in. */
export const signIns = ['azure-cli', 'browser', 'device-code'] as const;
export type SignIn = (typeof signIns)[number];

/** How to sign in, and where. */
export interface SignInOptions {
  readonly signIn: SignIn;
  /** The client id of the bank's own public client. The Azure CLI uses one of Microsoft's. */
  readonly clientId: string | undefined;
  /** The id or a domain of the tenant to sign in to. */
  readonly entraTenant: string;
  /** An access token to use instead of a sign-in. */
  readonly token: string | undefined;
}

/** The scopes for a sign-in through the bank's own client. The Azure CLI has the permissions of its user instead. */
const delegatedScopes = [
  'Application.ReadWrite.All',
  'Synchronization.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'AuditLog.Read.All',
];

/** The sign-in addresses of national clouds (learn.microsoft.com/graph/deployments). */
const authorities: Readonly<Record<string, string>> = {
  'graph.microsoft.us': 'https://login.microsoftonline.us',
  'dod-graph.microsoft.us': 'https://login.microsoftonline.us',
  'microsoftgraph.chinacloudapi.cn': 'https://login.chinacloudapi.cn',
};

/** Returns a function that gets an access token for the server at `origin` and renews it before it expires. The function throws CommandError if the user is not signed in. */
export function accessTokens(
  origin: string,
  options: SignInOptions,
  show: (text: string) => void,
  now: () => Date,
): () => Promise<string> {
  const { token } = options;
  if (token !== undefined) return async () => token;
  const credential = credentialOf(origin, options, show);
  const scopes = scopesOf(origin, options);
  let current = { token: '', expiresOnTimestamp: 0 };
  return async () => {
    if (current.expiresOnTimestamp - now().getTime() < 120_000) current = await signedIn(credential, scopes, options);
    return current.token;
  };
}

const scopesOf = (origin: string, { signIn }: SignInOptions): readonly string[] =>
  signIn === 'azure-cli' || !origin.includes('graph')
    ? [`${origin}/.default`]
    : delegatedScopes.map((scope) => `${origin}/${scope}`);

function credentialOf(
  origin: string,
  { signIn, clientId, entraTenant }: SignInOptions,
  show: (text: string) => void,
): TokenCredential {
  if (signIn === 'azure-cli') return new AzureCliCredential({ tenantId: entraTenant });
  if (!clientId)
    throw new CommandError(
      `--sign-in ${signIn} needs --client-id: the application (client) id of your own public client, with the redirect URI http://localhost.`,
    );
  const authorityHost = authorities[new URL(origin).hostname];
  const common = { tenantId: entraTenant, clientId, ...(authorityHost ? { authorityHost } : {}) };
  if (signIn === 'browser') return new InteractiveBrowserCredential({ ...common, redirectUri: 'http://localhost' });
  return new DeviceCodeCredential({ ...common, userPromptCallback: ({ message }) => show(`${message}\n`) });
}

async function signedIn(
  credential: TokenCredential,
  scopes: readonly string[],
  { signIn, entraTenant }: SignInOptions,
) {
  try {
    const token = await credential.getToken([...scopes]);
    if (token) return token;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw notSignedIn(signIn, entraTenant, error);
  }
  throw notSignedIn(signIn, entraTenant, new Error('no token'));
}

function notSignedIn(signIn: SignIn, tenant: string, error: Error): CommandError {
  const advice =
    signIn === 'azure-cli'
      ? `run az login --tenant ${tenant} --allow-no-subscriptions, or sign in through your own client with --client-id`
      : 'check --client-id, its redirect URI http://localhost, that public client flows are allowed, and that an administrator consented to its scopes';
  return new CommandError(
    `You are not signed in to ${tenant} (${error.name}: ${firstLine(error.message)}): ${advice}.`,
  );
}

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 200) ?? '';
