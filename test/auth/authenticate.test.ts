import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refusalOf } from '../../shared/auth/refusal.ts';
import { newToken } from '../../shared/auth/token.ts';
import { ScimError } from '../../shared/scim/errors.ts';
import { MINUTE, SECOND, startTenants, type Tenants } from './tenants.ts';

let tenants: Tenants;

beforeEach(async () => {
  tenants = await startTenants();
});

afterEach(async () => {
  await tenants.standIn.stop();
});

async function refusedWith(authorization: string | null): Promise<ScimError> {
  const error = await tenants.authenticate('advisors', authorization).catch((thrown: unknown) => thrown);
  if (error instanceof ScimError) return error;
  throw new Error('the request was not refused', { cause: error });
}

describe('a token in the vault', () => {
  test('identifies its tenant, and has dates and a fingerprint for the log', async () => {
    const expiry = tenants.at(60 * MINUTE);
    const token = tenants.issue('advisors', 'contoso', { exp: expiry });
    const caller = await tenants.authenticate('advisors', `Bearer ${token}`);
    expect(caller).toMatchObject({ tenant: 'contoso', token, expiresOn: new Date(expiry * SECOND) });
    expect(caller.createdOn?.getTime()).toBeGreaterThan(Date.now() - MINUTE);
    expect(caller.fingerprint).toMatch(/^[0-9a-f]{8}$/);
    expect(createHash('sha256').update(token).digest('hex')).not.toContain(caller.fingerprint);
  });

  test.each(['Bearer', 'bearer', 'BEARER', 'Bearer ', 'bEaReR   '])(
    'is accepted after the scheme %j',
    async (scheme) => {
      const token = tenants.issue('advisors', 'contoso');
      expect((await tenants.authenticate('advisors', `${scheme} ${token}`)).tenant).toBe('contoso');
    },
  );

  test('is accepted by its own service and by no other', async () => {
    const advisors = tenants.issue('advisors', 'contoso');
    const rooms = tenants.issue('rooms', 'contoso');
    expect((await tenants.authenticate('rooms', `Bearer ${rooms}`)).tenant).toBe('contoso');
    await expect(tenants.authenticate('rooms', `Bearer ${advisors}`)).rejects.toMatchObject({ status: 401 });
    expect(await tenants.status(rooms)).toBe(401);
  });

  test("is accepted by every service if it is in the secret for all services, in addition to the service's own tokens", async () => {
    const shared = tenants.issue('all', 'contoso');
    const own = tenants.issue('advisors', 'contoso');
    for (const service of ['advisors', 'rooms'])
      expect((await tenants.authenticate(service, `Bearer ${shared}`)).tenant).toBe('contoso');
    expect(await tenants.status(own)).toBe(200);
    await expect(tenants.authenticate('rooms', `Bearer ${own}`)).rejects.toMatchObject({ status: 401 });
    expect(await tenants.status(shared.replace('contoso', 'fabrikam'))).toBe(401);
    tenants.change('all', 'contoso', { enabled: false });
    tenants.pass(5 * MINUTE);
    expect([await tenants.status(shared), await tenants.status(own)]).toEqual([401, 200]);
  });

  test('is refused if the tenant name in it is replaced by another one', async () => {
    const token = tenants.issue('advisors', 'contoso');
    tenants.issue('advisors', 'fabrikam');
    expect(await tenants.status(token.replace('contoso', 'fabrikam'))).toBe(401);
  });

  test('is refused if an operator puts it into the secret of another tenant', async () => {
    const token = newToken('contoso');
    tenants.standIn.secrets.set('scim-advisors-fabrikam', { value: token });
    expect(await tenants.status(token)).toBe(401);
  });
});

describe('rotation', () => {
  test('accepts both tokens while they overlap, then only the new one', async () => {
    const old = tenants.issue('advisors', 'contoso');
    tenants.change('advisors', 'contoso', { exp: tenants.at(7 * MINUTE) });
    const fresh = tenants.issue('advisors', 'contoso');
    expect([await tenants.status(old), await tenants.status(fresh)]).toEqual([200, 200]);
    tenants.pass(8 * MINUTE);
    expect([await tenants.status(old), await tenants.status(fresh)]).toEqual([401, 200]);
  });

  test('accepts a new token within 30 seconds of its issue', async () => {
    const old = tenants.issue('advisors', 'contoso');
    expect(await tenants.status(old)).toBe(200);
    const fresh = tenants.issue('advisors', 'contoso');
    tenants.pass(30 * SECOND);
    expect([await tenants.status(fresh), await tenants.status(old)]).toEqual([200, 200]);
  });

  test('accepts the first token of a new tenant within 30 seconds of its issue', async () => {
    expect(await tenants.status(newToken('contoso'))).toBe(401);
    const token = tenants.issue('advisors', 'contoso');
    tenants.pass(30 * SECOND);
    expect(await tenants.status(token)).toBe(200);
  });

  test('stops accepting a token when it expires, even if it is cached', async () => {
    tenants.pass(6 * MINUTE); // since the last change
    const token = tenants.issue('advisors', 'contoso', { exp: tenants.at(10 * SECOND) });
    expect(await tenants.status(token)).toBe(200);
    tenants.newCalls();
    tenants.pass(11 * SECOND);
    expect(await tenants.status(token)).toBe(401);
    expect(tenants.newCalls()).toEqual([]);
  });

  test('accepts a token as soon as it becomes valid, even if it is cached', async () => {
    tenants.pass(6 * MINUTE); // since the last change
    const token = tenants.issue('advisors', 'contoso', { nbf: tenants.at(10 * SECOND) });
    expect(await tenants.status(token)).toBe(401);
    tenants.newCalls();
    tenants.pass(11 * SECOND);
    expect(await tenants.status(token)).toBe(200);
    expect(tenants.newCalls()).toEqual([]);
  });

  test('stops accepting a disabled token within 5 minutes', async () => {
    const token = tenants.issue('advisors', 'contoso');
    expect(await tenants.status(token)).toBe(200);
    tenants.change('advisors', 'contoso', { enabled: false });
    tenants.pass(5 * MINUTE);
    expect(await tenants.status(token)).toBe(401);
  });

  test('stops accepting the tokens of a deleted secret within 5 minutes', async () => {
    const token = tenants.issue('advisors', 'contoso');
    expect(await tenants.status(token)).toBe(200);
    tenants.standIn.secrets.remove('scim-advisors-contoso');
    tenants.pass(5 * MINUTE);
    expect(await tenants.status(token)).toBe(401);
  });
});

describe('a refusal', () => {
  const shaped = newToken('contoso');

  test.each([null, '', 'Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz', `Token ${shaped}`, shaped])(
    'explains how to send a bearer token if the request has none (%#)',
    async (authorization) => {
      const error = await refusedWith(authorization);
      expect(error.status).toBe(401);
      expect(error.headers).toEqual({ 'www-authenticate': 'Bearer realm="BookMe SCIM"' });
      expect(error.detail).toContain('Authorization: Bearer <Secret Token>');
    },
  );

  test('is the same whatever is wrong with the token', async () => {
    tenants.issue('advisors', 'contoso');
    tenants.issue('advisors', 'expired', { exp: tenants.at(-MINUTE) });
    const good = tenants.issue('advisors', 'fabrikam');
    const wrong = [
      shaped,
      newToken('expired'),
      newToken('nobody'),
      'contoso',
      `contoso.${'A'.repeat(42)}`,
      `${good},Bearer ${good}`,
      `${good}, Bearer ${good}`,
      `${good} ${good}`,
      `"${good}"`,
      'x'.repeat(100_000),
      'scim-advisors-contoso',
      '../secrets/other.x',
    ];
    const answers = await Promise.all(wrong.map((token) => refusedWith(`Bearer ${token}`)));
    for (const { status, detail, headers, scimType } of answers) {
      expect({ status, detail, headers, scimType }).toEqual({
        status: 401,
        detail: expect.stringContaining('not accepted at this Tenant URL'),
        headers: { 'www-authenticate': 'Bearer realm="BookMe SCIM", error="invalid_token"' },
        scimType: undefined,
      });
    }
    expect(new Set(answers.map(({ detail }) => detail)).size).toBe(1);
    expect(JSON.stringify(answers)).not.toMatch(/contoso|fabrikam|nobody/);
  });

  test('names the tenant in the log only if the tenant exists, and never contains the token', async () => {
    tenants.issue('advisors', 'contoso');
    tenants.issue('rooms', 'fabrikam');
    const known = refusalOf(await refusedWith(`Bearer ${shaped}`));
    expect(known).toMatchObject({ knownTenant: 'contoso', fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) });
    for (const tenant of ['nobody', 'fabrikam']) {
      expect(refusalOf(await refusedWith(`Bearer ${newToken(tenant)}`))?.knownTenant).toBeUndefined();
    }
    expect(refusalOf(await refusedWith(null))?.knownTenant).toBeUndefined();
    expect(`${known?.stack} ${JSON.stringify(known)}`).not.toContain(shaped.slice(-43));
  });

  test('names the existing tenant of a mistyped token in the log, without a call to the vault', async () => {
    tenants.issue('advisors', 'contoso');
    const ownerOf = async (text: string) => refusalOf(await refusedWith(`Bearer ${text}`))?.knownTenant;
    await refusedWith(`Bearer ${shaped}`);
    expect(await ownerOf(shaped.slice(0, -1))).toBe('contoso');
    expect(await ownerOf(`${shaped}x`)).toBe('contoso');
    expect(await ownerOf('nobody.x')).toBeUndefined();
    await tenants.standIn.stop();
    tenants.pass(120 * MINUTE);
    expect(await ownerOf('fabrikam.x')).toBeUndefined();
  });

  test('causes no call to the vault if the text is not a token', async () => {
    await refusedWith('Bearer nonsense');
    await refusedWith(null);
    expect(tenants.standIn.challenges()).toBe(0);
  });

  test('can be distinguished from any other error', () => {
    expect(refusalOf(new ScimError(401, 'another', { cause: new Error('another') }))).toBeUndefined();
    expect(refusalOf(undefined)).toBeUndefined();
  });
});
