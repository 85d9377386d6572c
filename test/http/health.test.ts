import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keyVault } from '../../shared/auth/key-vault.ts';
import { checkVault } from '../../shared/auth/token-vault.ts';
import { type Dependency, healthHandler } from '../../shared/http/health.ts';
import { startCalls } from '../../shared/store/calls.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { type RunningService, startService } from '../service/service.ts';
import { type KeyVaultStandIn, startKeyVault } from '../stand-ins/key-vault.ts';
import { cutBefore, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { tableOf } from '../store/rows.ts';

const SECOND = 1_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A handler of GET /health with its own clock. */
function healthOf(dependencies: readonly Dependency[]) {
  let now = 0;
  const handler = healthHandler(dependencies, undefined, () => now);
  return {
    ask: async (): Promise<Answer> => {
      const request = new HttpRequest({ url: 'http://localhost/health', method: 'GET' });
      const answer = await handler(request, new InvocationContext({ functionName: 'Health' }));
      if (!answer || typeof answer !== 'object' || !('body' in answer))
        throw new Error('There is an answer with a body.');
      return { status: Number(answer.status), body: JSON.parse(String(answer.body)) };
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('GET /health', () => {
  let proxy: StorageProxy;
  let vault: KeyVaultStandIn;
  let health: ReturnType<typeof healthOf>;
  beforeAll(async () => {
    await tableOf('advisors').createTable();
    proxy = await startStorageProxy();
    vault = await startKeyVault();
  });
  afterAll(async () => {
    await proxy.stop();
    await vault.stop();
  });

  beforeEach(() => {
    proxy.calm();
    vault.behave('well');
    const table = connectTable({ tables: proxy.tables, name: 'advisors' }, () => vault.credential);
    const client = { ...vault.client, retryOptions: { maxRetries: 0 } };
    const tokens = keyVault(vault.uri, { credential: vault.credential, client });
    const hasty = { attempt: 500, page: 500, request: 1_000, attempts: 1, pause: 1 };
    health = healthOf([
      {
        name: 'storage',
        check: () => startCalls(hasty).read((abortSignal) => table.getEntity('~health', '~health', { abortSignal })),
      },
      { name: 'tokens', check: () => checkVault(tokens) },
    ]);
  });

  const storageDown = () => proxy.meet(() => true, cutBefore, 100);

  test('is ok if storage and the vault respond', async () => {
    expect(await health.ask()).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('is degraded while storage does not respond, and names it', async () => {
    storageDown();
    expect(await health.ask()).toEqual({ status: 503, body: { status: 'degraded', degraded: ['storage'] } });
  });

  test('is degraded while the vault does not respond', async () => {
    vault.behave('cut');
    expect(await health.ask()).toEqual({ status: 503, body: { status: 'degraded', degraded: ['tokens'] } });
  });

  test('is degraded while the vault allows its secrets to be listed but not to be read', async () => {
    vault.secrets.set('scim-advisors-contoso', { value: 'x' });
    expect((await health.ask()).status).toBe(200);
    vault.behave('forbidden', (call) => /\/[0-9a-f]{32}$/.test(call));
    health.pass(16 * SECOND);
    expect(await health.ask()).toMatchObject({ status: 503, body: { degraded: ['tokens'] } });
  });

  test('is ok if only one version cannot be read', async () => {
    vault.secrets.set('scim-advisors-fabrikam', { value: 'x' });
    let values = 0;
    vault.behave('forbidden', (call) => /\/[0-9a-f]{32}$/.test(call) && ++values === 1);
    expect((await health.ask()).status).toBe(200);
    expect(values).toBeGreaterThan(1);
  });

  test('names both if neither responds', async () => {
    storageDown();
    vault.behave('broken');
    expect((await health.ask()).body).toEqual({ status: 'degraded', degraded: ['storage', 'tokens'] });
  });

  test('checks each dependency at most once in 15 seconds, however many requests arrive', async () => {
    const before = proxy.calls.length;
    await Promise.all(Array.from({ length: 50 }, () => health.ask()));
    health.pass(14 * SECOND);
    await health.ask();
    expect(proxy.calls.length - before).toBe(1);
    health.pass(2 * SECOND);
    await Promise.all(Array.from({ length: 50 }, () => health.ask()));
    expect(proxy.calls.length - before).toBe(2);
  });

  test('is ok again when the dependencies respond again', async () => {
    storageDown();
    expect((await health.ask()).status).toBe(503);
    proxy.calm();
    health.pass(16 * SECOND);
    expect((await health.ask()).status).toBe(200);
  });
});

test('a dependency that never responds is reported as degraded within a few seconds', async () => {
  const { ask } = healthOf([{ name: 'tokens', check: () => new Promise(() => undefined) }]);
  expect((await ask()).body).toEqual({ status: 'degraded', degraded: ['tokens'] });
});

describe('GET /health of the running service', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  test('needs no token, must not be stored, and reveals nothing else', async () => {
    const answer = await fetch(`${service.url}/health`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe('{"status":"ok"}');
  });
});
