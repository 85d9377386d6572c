import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { describeResponse, probePath, type ScimResponse } from '../provision/connector.ts';
import type { AzContext } from './az.ts';

/** Tests the connection as Entra does: a search for a user that cannot exist has to find none. Never prints the token. Throws CommandError. */
export async function testConnection(tenantUrl: string, token: string, { output, fetch }: AzContext): Promise<void> {
  const url = `${tenantUrl}${probePath()}`;
  output.write(`GET ${url}\n`);
  const response = await send(url, token, fetch);
  const { status, body } = response;
  if (status === 200 && isRecord(body) && body['totalResults'] === 0) return;
  if (status === 401)
    throw new CommandError(
      `${tenantUrl} does not accept the token: check that it belongs to this environment and to this service (--service), and that npm run token -- list shows it as valid.`,
    );
  throw new CommandError(`The connection test of ${tenantUrl} failed. It returned ${describeResponse(response)}`);
}

async function send(url: string, token: string, fetch: AzContext['fetch']): Promise<ScimResponse> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/scim+json' };
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(30_000) });
    const { status } = response;
    const contentType = response.headers.get('content-type') ?? '';
    return { status, contentType, retryAfter: null, body: parseJson(await response.text()) };
  } catch {
    throw new CommandError(
      `${new URL(url).origin} responded to /health before, but does not respond now: try the test again later.`,
    );
  }
}
