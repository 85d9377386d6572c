import { CommandError } from '../commands/shared/command-error.ts';
import { type JsonRecord, parseJson } from '../commands/shared/json.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { recordOf, recordsOf, textOf } from './json.ts';

/** The tenant and the user that are signed in. */
export interface Identity {
  readonly tenantId: string;
  readonly tenantName: string;
  /** The user principal name, or the name of the application if an application is signed in. */
  readonly user: string;
}

/** Reads which tenant and user are signed in. Throws CommandError if the tenant does not have the id or domain `wanted`. */
export async function identify(graph: Graph, accessToken: string, wanted: string): Promise<Identity> {
  const claims = claimsOf(accessToken);
  const organization = await readOrganization(graph, claims);
  const tenantId = textOf(organization['id']) || textOf(claims['tid']);
  const domains = recordsOf(organization['verifiedDomains']).map(({ name }) => textOf(name).toLowerCase());
  const names = [tenantId.toLowerCase(), ...domains];
  if (!tenantId || !names.includes(wanted.toLowerCase())) throw otherTenant(wanted, names.filter(Boolean));
  return { tenantId, tenantName: textOf(organization['displayName']) || wanted, user: await readUser(graph, claims) };
}

async function readOrganization(graph: Graph, claims: JsonRecord): Promise<JsonRecord> {
  try {
    return (await graph.list('/organization?$select=id,displayName,verifiedDomains'))[0] ?? {};
  } catch (error) {
    if (error instanceof GraphError && error.status !== 401 && claims['tid']) return {};
    throw error;
  }
}

/** The name of the user. If an application is signed in, Graph refuses /me, and the claims of the token give its name. */
async function readUser(graph: Graph, claims: JsonRecord): Promise<string> {
  try {
    const { body } = await graph.get('/me?$select=id,userPrincipalName,displayName');
    return textOf(body['userPrincipalName']) || textOf(body['displayName']);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return textOf(claims['upn']) || textOf(claims['app_displayname']) || 'an application';
  }
}

/** The claims of a token, for display only. Empty if the token is not a JWT. */
function claimsOf(token: string): JsonRecord {
  const [, payload = ''] = token.split('.');
  return recordOf(parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
}

function otherTenant(wanted: string, names: readonly string[]): CommandError {
  return new CommandError(
    `You are signed in to ${names.join(', ') || 'an unknown tenant'}, not to ${wanted}. Nothing was read or changed: sign in there (az login --tenant ${wanted} ` +
      '--allow-no-subscriptions), or correct --entra-tenant.',
  );
}
