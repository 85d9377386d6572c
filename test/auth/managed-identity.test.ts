import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { managedIdentity } from '../../shared/auth/managed-identity.ts';

/** The identity endpoint of an app: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
const asked: URL[] = [];
const endpoint = createServer((request, response) => {
  asked.push(new URL(request.url ?? '/', 'http://127.0.0.1'));
  const known = request.headers['x-identity-header'] === 'the header of this app';
  response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      access_token: `token for ${asked.at(-1)?.searchParams.get('client_id') ?? 'the system-assigned identity'}`,
      expires_on: String(Math.floor(Date.now() / 1_000) + 86_400),
      resource: 'https://vault.azure.net',
      token_type: 'Bearer',
    }),
  );
});

beforeAll(async () => {
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port } = endpoint.address() as AddressInfo; // a listening TCP server has such an address
  process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${port}/msi/token`;
  process.env['IDENTITY_HEADER'] = 'the header of this app';
});

afterAll(async () => {
  delete process.env['IDENTITY_ENDPOINT'];
  delete process.env['IDENTITY_HEADER'];
  endpoint.closeAllConnections();
  endpoint.close();
  await once(endpoint, 'close');
});

describe('the managed identity', () => {
  test.each([
    [undefined, 'token for the system-assigned identity'],
    ['11111111-2222-3333-4444-555555555555', 'token for 11111111-2222-3333-4444-555555555555'],
  ])('of the client id %s is the one that the app endpoint is asked for, once', async (clientId, expected) => {
    asked.length = 0;
    const identity = managedIdentity(clientId);
    for (let time = 0; time < 2; time += 1) {
      const token = await identity.getToken('https://vault.azure.net/.default');
      expect(token?.token).toBe(expected);
    }
    expect(asked.map((url) => url.searchParams.get('resource'))).toEqual(['https://vault.azure.net']);
  });
});
