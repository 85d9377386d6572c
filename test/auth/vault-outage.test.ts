import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keyVault } from '../../shared/auth/key-vault.ts';
import { rateLimit } from '../../shared/auth/rate-limit.ts';
import { newToken } from '../../shared/auth/token.ts';
import { tokenCache } from '../../shared/auth/token-cache.ts';
import { MINUTE, SECOND, startTenants, type Tenants } from './tenants.ts';

/** The milliseconds after which a request must have waited for the vault. */
const AT_ONCE = 150;
const patience = { unknown: 400, overdue: 50 };

let tenants: Tenants;
let token: string;

async function start(...options: Parameters<typeof startTenants>): Promise<void> {
  tenants = await startTenants(...options);
  token = tenants.issue('advisors', 'contoso');
}

beforeEach(() => start({ patience, isRunning: true }));

afterEach(async () => {
  await tenants.standIn.stop();
});

/** The status of a request, and how many milliseconds it took. */
async function timed(one: string): Promise<{ readonly status: number; readonly took: number }> {
  const began = performance.now();
  const status = await tenants.status(one);
  return { status, took: performance.now() - began };
}

const causeOf = (one: string) => tenants.authenticate('advisors', `Bearer ${one}`).catch(({ cause }) => cause);

describe('a vault that hangs', () => {
  test('does not keep requests with a known token waiting once it is known to hang', async () => {
    await tenants.status(token);
    tenants.standIn.behave('silent');
    tenants.pass(4 * MINUTE + SECOND);
    expect(await timed(token)).toMatchObject({ status: 200 });
    for (let minute = 5; minute < 60; minute += 1) {
      tenants.pass(MINUTE);
      const { status, took } = await timed(token);
      expect(status).toBe(200);
      expect(took).toBeLessThan(AT_ONCE);
    }
  });

  test('keeps a request with an unknown token waiting no longer than the limit, even if it reads both names and versions', async () => {
    await tenants.status(newToken('nobody'));
    const fresh = tenants.issue('advisors', 'fabrikam');
    tenants.pass(31 * SECOND);
    tenants.standIn.behave('silent');
    for (const one of [fresh, newToken('nobody')]) {
      const { status, took } = await timed(one);
      expect(status).toBe(503);
      expect(took).toBeLessThan(patience.unknown + AT_ONCE);
    }
    await expect(causeOf(fresh)).resolves.toMatchObject({ name: 'NoAnswer', code: 'vault' });
  });

  test('is distinguished from an identity endpoint that hangs', async () => {
    await tenants.standIn.stop();
    await start({ patience, isRunning: true }, { credential: { getToken: () => new Promise<never>(() => undefined) } });
    await expect(causeOf(token)).resolves.toMatchObject({ name: 'NoAnswer', code: 'identity' });
  });

  test('does not keep a flood of bad tokens waiting, because they are counted before the vault is called', async () => {
    await tenants.standIn.stop();
    await start({ patience, isRunning: true, failures: rateLimit({ perSecond: 1, burst: 20 }) });
    await tenants.status(token);
    tenants.pass(31 * SECOND);
    tenants.standIn.behave('silent');
    const began = performance.now();
    const refused: number[] = [];
    const flood = Array.from({ length: 500 }, async () => {
      const status = await tenants.status(newToken('nobody'));
      if (status === 429) refused.push(performance.now() - began);
      return status;
    });
    expect(await tenants.status(token)).toBe(200);
    const statuses = await Promise.all(flood);
    expect(statuses.filter((status) => status === 503)).toHaveLength(20);
    expect(refused).toHaveLength(480);
    expect(Math.max(...refused)).toBeLessThan(patience.unknown);
  });
});

describe('a slow vault', () => {
  test('leads to 200 in the end, because a late response is kept', async () => {
    tenants.standIn.slow(150); // together, the challenge, the listing, the versions and the value take longer than a request waits
    expect(await tenants.status(token)).toBe(503);
    const began = performance.now();
    while ((await tenants.status(token)) !== 200) {
      expect(performance.now() - began).toBeLessThan(5 * SECOND);
      await pause(100);
    }
  });

  test('does not keep a request with a known token waiting', async () => {
    await tenants.status(token);
    tenants.standIn.slow(400);
    tenants.pass(4 * MINUTE + SECOND);
    expect((await timed(token)).took).toBeLessThan(AT_ONCE);
  });
});

describe('a version that cannot be read', () => {
  test('does not affect other tokens of the tenant, and its own token gets 503 until it can be read', async () => {
    const second = tenants.issue('advisors', 'contoso');
    let values = 0;
    tenants.standIn.behave('broken', (call) => /\/[0-9a-f]{32}$/.test(call) && ++values % 2 === 1);
    const statuses = [await tenants.status(token), await tenants.status(second)];
    expect(statuses.toSorted()).toEqual([200, 503]);
    tenants.standIn.behave('well');
    tenants.pass(31 * SECOND);
    expect([await tenants.status(token), await tenants.status(second)]).toEqual([200, 200]);
  });

  test('stays cached if it was read before', async () => {
    await tenants.status(token);
    const second = tenants.issue('advisors', 'contoso');
    tenants.standIn.behave('forbidden', (call) => /\/[0-9a-f]{32}$/.test(call));
    tenants.pass(31 * SECOND);
    expect([await tenants.status(second), await tenants.status(token)]).toEqual([503, 200]);
    tenants.pass(4 * MINUTE);
    expect(await tenants.status(token)).toBe(200);
  });
});

describe('in the background', () => {
  function startCache() {
    const clock = { now: 0 };
    const { uri, credential, client } = tenants.standIn;
    const vault = keyVault(uri, { credential, client: { ...client, retryOptions: { maxRetries: 0 } } });
    const elapsed = () => clock.now;
    const cache = tokenCache(vault, { clock: { elapsed, date: Date.now }, patience });
    return { ...cache, pass: (milliseconds: number) => (clock.now += milliseconds) };
  }

  test('all secrets are read and renewed, so the tokens of every tenant outlast an outage by an hour', async () => {
    tenants.issue('advisors', 'fabrikam');
    const cache = startCache();
    for (let halfMinutes = 0; halfMinutes < 80; halfMinutes += 1) {
      await cache.refresh();
      cache.pass(30 * SECOND);
    }
    tenants.standIn.behave('cut');
    for (const wait of [21 * MINUTE, 38 * MINUTE]) {
      cache.pass(wait);
      await cache.refresh();
      expect(await cache.known(['scim-advisors-contoso'])).toHaveLength(1);
      expect(await cache.known(['scim-advisors-fabrikam'])).toHaveLength(1);
    }
    cache.pass(7 * MINUTE);
    expect(await cache.known(['scim-advisors-contoso'])).toEqual([]);
  });

  test('a deleted secret is forgotten within 5 minutes, even if no request has its token', async () => {
    const cache = startCache();
    await cache.refresh();
    tenants.standIn.secrets.remove('scim-advisors-contoso');
    cache.pass(4 * MINUTE + 30 * SECOND);
    await cache.refresh();
    expect(await cache.known(['scim-advisors-contoso'])).toEqual([]);
    tenants.newCalls();
    cache.pass(5 * MINUTE);
    await cache.refresh();
    expect(tenants.newCalls()).toEqual(['GET /secrets']);
  });

  test('nothing is read from the vault before it is due', async () => {
    const cache = startCache();
    await cache.refresh();
    cache.pass(3 * SECOND);
    await cache.refresh();
    tenants.newCalls();
    cache.pass(3 * MINUTE);
    await cache.refresh();
    expect(tenants.newCalls()).toEqual([]);
    cache.pass(2 * MINUTE);
    await cache.refresh();
    expect(tenants.newCalls().toSorted()).toEqual(['GET /secrets', 'GET /secrets/scim-advisors-contoso/versions']);
  });
});

describe('whether a bank is a customer', () => {
  test('is not revealed by the status for a wrong token, whatever the vault does', async () => {
    await tenants.standIn.stop();
    await start({ patience, isRunning: true }, { attemptTimeout: 200 });
    tenants.pass(6 * MINUTE); // since the last change
    await tenants.status(token);
    for (const mood of ['well', 'cut', 'silent', 'broken', 'well'] as const) {
      tenants.pass(MINUTE);
      tenants.standIn.behave(mood);
      const customer = await timed(newToken('contoso'));
      tenants.pass(MINUTE);
      const stranger = await timed(newToken('nobody'));
      expect(customer.status).toBe(stranger.status);
      expect(customer.status).toBe(mood === 'well' ? 401 : 503);
    }
  });

  test('is not revealed by a slow vault, because no request waits until the versions of a customer are read', async () => {
    tenants.pass(6 * MINUTE);
    await tenants.status(token);
    tenants.pass(31 * SECOND);
    expect(await tenants.status(newToken('nobody'))).toBe(401);
    tenants.standIn.slow(300);
    for (const tenant of ['contoso', 'nobody']) {
      const { status, took } = await timed(newToken(tenant));
      expect(status).toBe(401);
      expect(took).toBeLessThan(AT_ONCE);
    }
  });
});
