import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeyVaultOptions, keyVault } from '../../shared/auth/key-vault.ts';
import { managedIdentity } from '../../shared/auth/managed-identity.ts';
import { type KeyVaultStandIn, loopbackCertificate, startKeyVault } from '../stand-ins/key-vault.ts';

const name = 'scim-advisors-contoso';
const soon = () => Math.floor(Date.now() / 1_000) + 3_600;
const past = () => Math.floor(Date.now() / 1_000) - 3_600;

let standIn: KeyVaultStandIn;

beforeEach(async () => {
  standIn = await startKeyVault();
});

afterEach(async () => {
  await standIn.stop();
});

/** Waits until the count is 0. */
async function gone(count: () => Promise<number>): Promise<void> {
  while ((await count()) > 0) await pause(5);
}

const vaultOf = ({ uri, credential, client }: KeyVaultStandIn, options: KeyVaultOptions = {}) =>
  keyVault(uri, { credential, client, ...options });

const valuesOf = async (secret: string) =>
  (await vaultOf(standIn).readVersions(secret)).map(({ token }) => token).toSorted();

describe('the key vault', () => {
  test('lists only the secrets that contain tokens, from all pages and in lower case', async () => {
    const tenants = Array.from({ length: 60 }, (_, index) => `bank-${index}`);
    for (const tenant of tenants) standIn.secrets.set(`scim-rooms-${tenant}`, { value: 'x' });
    standIn.secrets.set('SCIM-rooms-Capital', { value: 'x' });
    standIn.secrets.set('another-secret', { value: 'x' });
    const expected = [...tenants, 'capital'].map((tenant) => `scim-rooms-${tenant}`);
    expect([...(await vaultOf(standIn).listSecrets()).keys()].toSorted()).toEqual(expected.toSorted());
    expect(standIn.calls).toEqual(['GET /secrets', 'GET /secrets', 'GET /secrets']);
  });

  test('challenges the client once, and then accepts its access token', async () => {
    const vault = vaultOf(standIn);
    await vault.listSecrets();
    await vault.listSecrets();
    expect(standIn.challenges()).toBe(1);
  });

  test('returns every enabled version that has not expired, from all pages, with its dates', async () => {
    standIn.secrets.set(name, { value: 'dated', attributes: { nbf: past(), exp: soon() } });
    standIn.secrets.set(name, { value: 'later', attributes: { nbf: soon() } });
    standIn.secrets.set(name, { value: 'disabled', attributes: { enabled: false } });
    for (let index = 0; index < 30; index += 1)
      standIn.secrets.set(name, { value: 'expired', attributes: { exp: past() } });
    expect(await valuesOf(name)).toEqual(['dated', 'later']);
    const dated = (await vaultOf(standIn).readVersions(name)).find(({ token }) => token === 'dated');
    expect(dated?.createdOn?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(dated?.notBefore?.getTime()).toBeLessThan(Date.now());
    expect(dated?.expiresOn?.getTime()).toBeGreaterThan(Date.now());
  });

  test('gets no request for the value of a version that is expired or disabled', async () => {
    standIn.secrets.set(name, { value: 'expired', attributes: { exp: past() } });
    standIn.secrets.set(name, { value: 'disabled', attributes: { enabled: false } });
    expect(await valuesOf(name)).toEqual([]);
    expect(standIn.calls).toEqual([`GET /secrets/${name}/versions`]);
  });

  test('returns no versions of a secret that does not exist or was deleted', async () => {
    expect(await valuesOf(name)).toEqual([]);
    standIn.secrets.set(name, { value: 'one' });
    standIn.secrets.remove(name);
    expect(await valuesOf(name)).toEqual([]);
  });

  test.each(['disabled', 'deleted'])('leaves out a version that was %s after it was listed', async (change) => {
    standIn.secrets.set(name, { value: 'one' });
    standIn.watch((call) => {
      if (call.endsWith('/versions')) return;
      if (change === 'deleted') standIn.secrets.remove(name);
      else standIn.secrets.update(name, '', { attributes: { enabled: false } });
    });
    expect(await valuesOf(name)).toEqual([]);
    expect(standIn.calls).toHaveLength(2);
  });

  test('gets the request again when it throttles', async () => {
    standIn.secrets.set(name, { value: 'one' });
    standIn.behave('throttled');
    standIn.watch(() => standIn.behave('well'));
    expect(await valuesOf(name)).toEqual(['one']);
    expect(standIn.calls).toHaveLength(3);
  });

  test.each(['throttled', 'broken', 'cut', 'forbidden'] as const)(
    'makes a call fail after at most three attempts when it is %s',
    async (mood) => {
      standIn.secrets.set(name, { value: 'one' });
      standIn.behave(mood);
      await expect(vaultOf(standIn).readVersions(name)).rejects.toThrow();
      expect(standIn.calls.length).toBeLessThanOrEqual(3);
    },
  );

  test('makes a call fail at once, with the details of the response, when it asks for a long pause', async () => {
    standIn.behave('busy');
    const failure = await vaultOf(standIn)
      .listSecrets()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'VaultBusy', statusCode: 429, code: 'Throttled', retryAfter: 60 });
    expect(standIn.calls).toHaveLength(1);
  });

  test('is reported as unresponsive when it hangs, and the connection is closed', async () => {
    standIn.behave('silent');
    const vault = vaultOf(standIn, { attemptTimeout: 100 });
    await expect(vault.listSecrets()).rejects.toMatchObject({ name: 'NoAnswer', code: 'vault' });
    await gone(() => standIn.connections());
  });

  test('is reported as unresponsive when the time for all attempts of a call is over', async () => {
    standIn.behave('silent');
    const vault = vaultOf(standIn, { callTimeout: 100 });
    const question = vault.listSecrets();
    expect(vault.waitsFor?.()).toBe('vault');
    await expect(question).rejects.toMatchObject({ name: 'NoAnswer', code: 'vault' });
    await gone(() => standIn.connections());
  });

  test('is distinguished from an identity endpoint that does not respond', async () => {
    const credential = { getToken: () => new Promise<never>(() => undefined) };
    const vault = vaultOf(standIn, { credential, attemptTimeout: 300 });
    const question = vault.listSecrets();
    question.catch(() => undefined);
    while (standIn.challenges() === 0 || vault.waitsFor?.() !== 'identity') await new Promise(setImmediate);
    await expect(question).rejects.toMatchObject({ name: 'NoAnswer', code: 'identity' });
  });

  test('is distinguished from an identity endpoint that fails', async () => {
    const credential = { getToken: () => Promise.reject(new Error('no identity here')) };
    await expect(vaultOf(standIn, { credential }).listSecrets()).rejects.toMatchObject({ name: 'SignInFailed' });
  });

  test('returns the other versions if one cannot be read', async () => {
    standIn.secrets.set(name, { value: 'one' });
    standIn.secrets.set(name, { value: 'two' });
    let values = 0;
    standIn.behave('forbidden', (call) => !call.endsWith('/versions') && ++values === 1);
    const versions = await vaultOf(standIn).readVersions(name);
    expect(versions.filter(({ token }) => token !== undefined)).toHaveLength(1);
    expect(versions.filter(({ failure }) => failure !== undefined)).toMatchObject([{ failure: { statusCode: 403 } }]);
  });

  test('gets no request for versions that are already known', async () => {
    standIn.secrets.set(name, { value: 'one' });
    const [read] = await vaultOf(standIn).readVersions(name);
    standIn.calls.splice(0);
    const [again] = await vaultOf(standIn).readVersions(name, (version) => version === read?.version);
    expect([again?.version, again?.token]).toEqual([read?.version, undefined]);
    expect(standIn.calls).toHaveLength(1);
  });

  test('makes a call fail if a listing never ends', async () => {
    standIn.secrets.set(name, { value: 'one' });
    standIn.behave('endless');
    await expect(vaultOf(standIn).listSecrets()).rejects.toMatchObject({ name: 'EndlessListing' });
    await expect(vaultOf(standIn).readVersions(name)).rejects.toMatchObject({ name: 'EndlessListing' });
    expect(standIn.calls.length).toBeLessThan(20);
  });

  test('makes a call fail when it is down', async () => {
    await standIn.stop();
    await expect(vaultOf(standIn).listSecrets()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the key vault client that the service uses', () => {
  test('refuses a certificate that no trusted authority has signed, and sends nothing', async () => {
    const vault = keyVault(standIn.uri, { credential: standIn.credential });
    await expect(vault.listSecrets()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(standIn.challenges()).toBe(0);
  });

  test('refuses the challenge of a host that is not a key vault, and requests no access token', async () => {
    const program = `
      import { keyVault } from './shared/auth/key-vault.ts';
      const credential = { getToken: async () => { console.log('asked for an access token'); return null; } };
      await keyVault('${standIn.uri}', { credential }).listSecrets().catch((error) => console.log(error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: loopbackCertificate },
    });
    expect(stdout).toContain("The challenge resource 'vault.azure.net' does not match the requested domain.");
    expect(stdout).not.toContain('asked for an access token');
    expect(standIn.challenges()).toBe(1);
    expect(standIn.calls).toEqual([]);
  });
});

/** The identity endpoint of an app: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
const asked: URL[] = [];
let isHanging = false;
const endpoint = createServer((request, response) => {
  if (isHanging) return;
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
  const { port } = endpoint.address() as AddressInfo; // a TCP server's address is an AddressInfo
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
  ])("gets one access token from the app's endpoint and keeps it (client id: %s)", async (clientId, expected) => {
    asked.length = 0;
    const identity = managedIdentity(clientId);
    for (let time = 0; time < 2; time += 1) {
      const token = await identity.getToken('https://vault.azure.net/.default');
      expect(token?.token).toBe(expected);
    }
    expect(asked.map((url) => url.searchParams.get('resource'))).toEqual(['https://vault.azure.net']);
  });

  test('closes the connection of an attempt that hangs', async () => {
    isHanging = true;
    const identity = managedIdentity(undefined, 100);
    await expect(identity.getToken('https://storage.azure.com/.default')).rejects.toThrow();
    await gone(() => promisify(endpoint.getConnections.bind(endpoint))());
    isHanging = false;
  });
});
