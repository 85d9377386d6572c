import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/auth/clock.ts';
import { newToken } from '../../shared/auth/token.ts';
import { tokenCache } from '../../shared/auth/token-cache.ts';
import type { TokenVault } from '../../shared/auth/token-vault.ts';
import { MINUTE, SECOND, startTenants, type Tenants } from './tenants.ts';

let tenants: Tenants;
let token: string;

beforeEach(async () => {
  tenants = await startTenants();
  token = tenants.issue('advisors', 'contoso');
});

afterEach(async () => {
  await tenants.standIn.stop();
});

const versionsOf = (tenant: string) => `GET /secrets/scim-advisors-${tenant}/versions`;
const readings = (calls: readonly string[], tenant: string) =>
  calls.filter((call) => call === versionsOf(tenant)).length;
const listings = (calls: readonly string[]) => calls.filter((call) => call === 'GET /secrets').length;

/** Resolves to the next call that the vault gets. */
const nextCall = () => new Promise<string>((resolve) => tenants.standIn.watch(resolve));

/** Repeats a request until a response in the background has arrived and the request gets this status. */
async function settled(status: () => Promise<number>, expected: number): Promise<void> {
  while ((await status()) !== expected) await pause(5);
}

describe('cached tokens', () => {
  test('are listed once and read once in 5 minutes', async () => {
    expect(await tenants.status(token)).toBe(200);
    expect(tenants.newCalls()).toEqual([
      'GET /secrets',
      versionsOf('contoso'),
      expect.stringMatching(/^GET \/secrets\/scim-advisors-contoso\/[0-9a-f]{32}$/),
    ]);
    tenants.pass(3 * MINUTE + 59 * SECOND);
    expect(await tenants.status(token)).toBe(200);
    expect(tenants.newCalls()).toEqual([]);
    tenants.pass(MINUTE + SECOND);
    expect(await tenants.status(token)).toBe(200);
    expect(readings(tenants.newCalls(), 'contoso')).toBe(1);
  });

  test('are read once for 50 simultaneous requests, at the start and when a renewal is due', async () => {
    for (const wait of [0, 6 * MINUTE]) {
      tenants.pass(wait);
      const statuses = await Promise.all(Array.from({ length: 50 }, () => tenants.status(token)));
      expect(new Set(statuses)).toEqual(new Set([200]));
      const calls = tenants.newCalls();
      expect([listings(calls), readings(calls, 'contoso')]).toEqual([wait ? 0 : 1, 1]);
    }
  });

  test('are renewed in advance, so no request waits for a slow vault', async () => {
    await tenants.status(token);
    tenants.pass(4 * MINUTE + 30 * SECOND);
    tenants.newCalls();
    const release = tenants.standIn.hold();
    const asked = new Promise<void>((resolve) => tenants.standIn.watch(() => resolve()));
    expect(await tenants.status(token)).toBe(200);
    release();
    await asked;
    expect(readings(tenants.newCalls(), 'contoso')).toBe(1);
  });

  test('are read again before the first response after an idle time, so a revoked token is refused', async () => {
    await tenants.status(token);
    tenants.change('advisors', 'contoso', { enabled: false });
    tenants.pass(5 * MINUTE);
    const release = tenants.standIn.hold();
    const answers = Promise.all([tenants.status(token), tenants.status(token)]);
    release();
    expect(await answers).toEqual([401, 401]);
  });

  test('are read once, and then only the versions are listed again', async () => {
    await tenants.status(token);
    tenants.pass(5 * MINUTE);
    tenants.newCalls();
    await tenants.status(token);
    expect(tenants.newCalls()).toEqual([versionsOf('contoso')]);
  });

  test('are kept as digests', async () => {
    const vault: TokenVault = {
      listSecrets: async () => new Map([['a', undefined]]),
      readVersions: async () => [{ token }],
    };
    const cache = tokenCache(vault, { clock: systemClock, patience: { unknown: 1_000, overdue: 1_000 } });
    const { versions } = await cache.search(['a'], systemClock.elapsed() + SECOND);
    expect(Object.keys(versions[0] ?? {}).toSorted()).toEqual(['digest', 'fingerprint']);
  });

  test('age by a monotonic clock', async () => {
    await tenants.status(token);
    tenants.change('advisors', 'contoso', { enabled: false });
    tenants.misdate(-60 * MINUTE);
    tenants.pass(5 * MINUTE);
    expect(await tenants.status(token)).toBe(401);
  });
});

describe('while the vault is out of reach', () => {
  const outages = ['cut', 'throttled', 'busy', 'broken', 'forbidden', 'endless'] as const;

  test.each(outages)(
    'a cached token is accepted for an hour after its renewal was due, and then gets 503 (%s)',
    async (mood) => {
      await tenants.status(token);
      tenants.standIn.behave(mood);
      for (const wait of [2 * MINUTE, 30 * MINUTE, 32 * MINUTE]) {
        tenants.pass(wait);
        expect(await tenants.status(token)).toBe(200);
      }
      tenants.pass(MINUTE + SECOND);
      expect(await tenants.status(token)).toBe(503);
    },
  );

  test('a cached token still expires on time', async () => {
    const expiring = tenants.issue('advisors', 'fabrikam', { exp: tenants.at(10 * MINUTE) });
    await tenants.status(expiring);
    tenants.standIn.behave('cut');
    tenants.pass(9 * MINUTE);
    expect(await tenants.status(expiring)).toBe(200);
    tenants.pass(2 * MINUTE);
    expect(await tenants.status(expiring)).toBe(401);
  });

  test('an unknown token gets 503 if the last response of the vault is 30 seconds old, whether or not its tenant exists', async () => {
    const wrong = [newToken('contoso'), newToken('nobody')];
    await tenants.status(token);
    tenants.standIn.behave('cut');
    for (const wait of [30 * SECOND, 20 * MINUTE, 60 * MINUTE]) {
      tenants.pass(wait);
      for (const one of wrong) expect(await tenants.status(one)).toBe(503);
    }
    tenants.standIn.behave('well');
    tenants.pass(MINUTE);
    for (const one of wrong) expect(await tenants.status(one)).toBe(401);
  });

  test('a token that was issued or rotated just before the outage gets 503, and 200 after it', async () => {
    await tenants.status(token);
    const fresh = [tenants.issue('advisors', 'contoso'), tenants.issue('advisors', 'fabrikam')];
    tenants.standIn.behave('broken');
    tenants.pass(31 * SECOND);
    for (const one of fresh) expect(await tenants.status(one)).toBe(503);
    tenants.standIn.behave('well');
    tenants.pass(31 * SECOND);
    for (const one of fresh) expect(await tenants.status(one)).toBe(200);
  });

  test('it gets no call for as long as it asks clients to wait', async () => {
    tenants.standIn.behave('busy');
    await expect(tenants.authenticate('advisors', `Bearer ${token}`)).rejects.toMatchObject({
      headers: { 'retry-after': '60' },
      cause: { name: 'VaultBusy', statusCode: 429 },
    });
    tenants.standIn.behave('well');
    tenants.newCalls();
    tenants.pass(59 * SECOND);
    expect(await tenants.status(token)).toBe(503);
    expect(tenants.newCalls()).toEqual([]);
    tenants.pass(SECOND);
    expect(await tenants.status(token)).toBe(200);
  });

  test.each(outages)('a token gets 503 with Retry-After if the vault has never responded (%s)', async (mood) => {
    tenants.standIn.behave(mood);
    const seconds = mood === 'busy' ? 60 : 10;
    await expect(tenants.authenticate('advisors', `Bearer ${token}`)).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': `${seconds}` },
      detail: 'BookMe cannot check Secret Tokens, because its key vault is not responding. Try again later.',
    });
    tenants.standIn.behave('well');
    tenants.pass(seconds * SECOND);
    expect(await tenants.status(token)).toBe(200);
  });

  test('a vault that refuses connections also leads to 503', async () => {
    await tenants.standIn.stop();
    expect(await tenants.status(token)).toBe(503);
  });

  test('a token gets 503 if the secret of its tenant was listed but never read', async () => {
    await tenants.status(newToken('nobody'));
    tenants.standIn.behave('cut');
    expect(await tenants.status(token)).toBe(503);
  });

  test('it gets one call in 10 seconds if it has never responded, and one in 30 seconds if it has', async () => {
    tenants.standIn.behave('cut');
    for (const [wait, calls] of [
      [0, 1],
      [9, 0],
      [1, 1],
    ] as const) {
      tenants.pass(wait * SECOND);
      await Promise.all([tenants.status(token), tenants.status(token)]);
      await tenants.status(token);
      expect(tenants.newCalls()).toHaveLength(calls);
    }
    tenants.standIn.behave('well');
    tenants.pass(10 * SECOND);
    await tenants.status(token);
    tenants.standIn.behave('cut');
    tenants.newCalls();
    for (const [wait, calls] of [
      [300, 1],
      [29, 0],
      [1, 1],
    ] as const) {
      tenants.pass(wait * SECOND);
      const asked = nextCall();
      expect(await tenants.status(token)).toBe(200);
      if (calls > 0) await asked;
      expect(tenants.newCalls()).toHaveLength(calls);
    }
  });

  test('a token that was revoked during the outage is refused once the vault responds again, and no request waits for that', async () => {
    await tenants.status(token);
    tenants.standIn.behave('cut');
    tenants.pass(20 * MINUTE);
    expect(await tenants.status(token)).toBe(200);
    tenants.change('advisors', 'contoso', { enabled: false });
    tenants.standIn.behave('well');
    tenants.pass(30 * SECOND);
    expect(await tenants.status(token)).toBe(200);
    await settled(() => tenants.status(token), 401);
  });
});

describe('bad tokens', () => {
  /** Half of the tokens name invented tenants, and half name existing ones. */
  const flood = () =>
    Promise.all(
      Array.from({ length: 10_000 }, (_, index) => {
        const tenant = ['contoso', 'fabrikam'][index % 4] ?? `nobody-${index}`;
        return tenants.status(newToken(tenant));
      }),
    );

  test('cause one listing and at most one read for each existing tenant in 30 seconds, no matter how many there are', async () => {
    tenants.issue('advisors', 'fabrikam');
    tenants.pass(6 * MINUTE); // since the last change
    for (const wait of [0, 29 * SECOND, 2 * SECOND]) {
      tenants.pass(wait);
      expect(new Set(await flood())).toEqual(new Set([401]));
      const calls = tenants.newCalls();
      const expected = wait === 29 * SECOND ? 0 : 1;
      expect(listings(calls)).toBe(expected);
      for (const tenant of ['contoso', 'fabrikam']) expect(readings(calls, tenant)).toBeLessThanOrEqual(1);
      expect(calls.filter((call) => call.includes('nobody'))).toEqual([]);
    }
    expect(await tenants.status(token)).toBe(200);
  });

  test('cause no more calls while the vault is out of reach', async () => {
    await tenants.status(token);
    tenants.standIn.behave('cut');
    tenants.pass(40 * SECOND);
    tenants.newCalls();
    for (const wait of [0, 29 * SECOND]) {
      tenants.pass(wait);
      await flood();
    }
    expect(tenants.newCalls()).toEqual(['GET /secrets']);
  });

  test('never remove a valid token from the cache', async () => {
    await tenants.status(token);
    await flood();
    tenants.newCalls();
    expect(await tenants.status(token)).toBe(200);
    expect(tenants.newCalls()).toEqual([]);
  });
});

describe('warming up', () => {
  test('lists the secrets before the first request, which then reads only the secret of its tenant', async () => {
    const listed = new Promise<string>((resolve) => tenants.standIn.watch(resolve));
    tenants.warm();
    expect(await listed).toBe('GET /secrets');
    tenants.newCalls();
    expect(await tenants.status(token)).toBe(200);
    expect(listings(tenants.newCalls())).toBe(0);
  });

  test('does no harm when the vault is out of reach', async () => {
    tenants.standIn.behave('cut');
    const unhandled: unknown[] = [];
    const record = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', record);
    tenants.warm();
    expect(await tenants.status(token)).toBe(503);
    await new Promise(setImmediate);
    process.off('unhandledRejection', record);
    expect(unhandled).toEqual([]);
  });
});
