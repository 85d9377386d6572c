import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { authenticator } from '../../../shared/auth/authenticate.ts';
import { keyVault } from '../../../shared/auth/key-vault.ts';
import { tokenFingerprint } from '../../../shared/auth/token.ts';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import { changesIn, DAY, MINUTE, type Operator, operatorOf, tokensIn } from './run-token.ts';

let vault: KeyVaultStandIn;
let operator: Operator;

beforeEach(async () => {
  vault = await startKeyVault();
  operator = operatorOf(vault);
});

afterEach(async () => {
  await vault.stop();
});

const contoso = ['--service', 'advisors', '--tenant', 'contoso'] as const;
const ofAll = ['--service', 'all', '--tenant', 'contoso'] as const;

/** An instance of the service with the same key vault and the operator's clock. */
function startInstance() {
  const client = { ...vault.client, retryOptions: { maxRetries: 0 } };
  const tokens = keyVault(vault.uri, { credential: vault.credential, client });
  const now = () => operator.now().getTime();
  const { authenticate } = authenticator(tokens, { clock: { elapsed: now, date: now } });
  return (service: string, token = '') =>
    authenticate(service, `Bearer ${token}`).then(
      ({ tenant }) => tenant,
      (error) => error.status,
    );
}

/** Issues a token and returns it. */
async function issued(...options: readonly string[]): Promise<string> {
  const { output } = await operator.run('issue', ...contoso, ...options);
  return tokensIn(output)[0] ?? '';
}

describe('issue', () => {
  test('prints once a token that the service accepts for this tenant, and does not let it expire', async () => {
    const { code, output, errors } = await operator.run('issue', ...contoso);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const [token, ...more] = tokensIn(output);
    expect(more).toEqual([]);
    expect(output).toContain('Expires       never');
    const accepts = startInstance();
    expect(await accepts('advisors', token)).toBe('contoso');
    expect(await accepts('rooms', token)).toBe(401);
    operator.pass(3_650 * DAY);
    expect(await accepts('advisors', token)).toBe('contoso');
  });

  test('prints the Tenant URL if SCIM_PUBLIC_URL is set', async () => {
    const { output } = await operatorOf(vault, { SCIM_PUBLIC_URL: 'https://api.example.com/' }).run(
      'issue',
      ...contoso,
    );
    expect(output).toContain('Tenant URL    https://api.example.com/advisors/scim\n');
  });

  test('makes one token for all services, in addition to the token of a service, and prints every Tenant URL with it', async () => {
    const own = await issued();
    const urls = operatorOf(vault, { SCIM_PUBLIC_URL: 'https://api.example.com' });
    const { output } = await urls.run('issue', ...ofAll);
    const [token, ...more] = tokensIn(output);
    expect(more).toEqual([]);
    expect(output).toContain('The Secret Token of contoso for all services.');
    for (const service of ['advisors', 'rooms']) expect(output).toContain(`https://api.example.com/${service}/scim\n`);
    const accepts = startInstance();
    expect([await accepts('advisors', token), await accepts('rooms', token)]).toEqual(['contoso', 'contoso']);
    expect([await accepts('advisors', own), await accepts('rooms', own)]).toEqual(['contoso', 401]);
    expect((await operator.run('issue', ...ofAll)).errors).toMatch(/^contoso already has a token for all services/);
  });

  test('leaves one valid version if the answer to its request was lost', async () => {
    vault.behave('lost', (call) => call.startsWith('PUT '));
    vault.watch((call) => {
      if (call.startsWith('GET ') && changesIn(vault).length > 0) vault.behave('well');
    });
    const token = await issued();
    expect(await startInstance()('advisors', token)).toBe('contoso');
    expect((await operator.run('list', ...contoso)).output).toMatch(/ {2}valid {2}.* {2}1 {2}/);
  });

  test('says how long to wait if Key Vault asks clients to wait', async () => {
    vault.behave('busy');
    const { code, errors } = await operator.run('issue', ...contoso);
    expect(code).toBe(1);
    expect(errors).toMatch(/is busy \(429 Throttled\) and asks clients to wait 60 seconds: try again after that\.\n$/);
  });

  test('lets a token expire with --expires', async () => {
    const token = await issued('--expires', '2h');
    const accepts = startInstance();
    operator.pass(119 * MINUTE);
    expect(await accepts('advisors', token)).toBe('contoso');
    operator.pass(2 * MINUTE);
    expect(await accepts('advisors', token)).toBe(401);
  });

  test('refuses to make a second token', async () => {
    await issued();
    vault.calls.splice(0);
    const { code, output, errors } = await operator.run('issue', ...contoso);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^contoso already has a token for advisors: use rotate/);
    expect(changesIn(vault)).toEqual([]);
  });

  test('gives a new token to a tenant whose token was revoked or has expired', async () => {
    await issued();
    await operator.run('revoke', ...contoso, '--yes');
    const short = await issued('--expires', '1h');
    operator.pass(2 * 60 * MINUTE);
    const token = await issued();
    const accepts = startInstance();
    expect([await accepts('advisors', short), await accepts('advisors', token)]).toEqual([401, 'contoso']);
  });

  test('says how to recover or purge a deleted secret that holds the name', async () => {
    await issued();
    vault.secrets.remove('scim-advisors-contoso');
    const refused = await operator.run('issue', ...contoso);
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused.errors).toContain('az keyvault secret recover --vault-name 127 --name scim-advisors-contoso');
    expect(refused.errors).toContain('az keyvault secret purge --vault-name 127 --name scim-advisors-contoso');
    vault.secrets.purge('scim-advisors-contoso');
    expect(await operator.run('issue', ...contoso)).toMatchObject({ code: 0 });
  });

  test('says so even if the secret is deleted after the command looked for it', async () => {
    await issued();
    await operator.run('revoke', ...contoso, '--yes');
    vault.watch((call) => {
      if (call.startsWith('PUT ')) vault.secrets.remove('scim-advisors-contoso');
    });
    const { code, errors } = await operator.run('issue', ...contoso);
    expect(code).toBe(1);
    expect(errors).toMatch(/^A deleted secret still holds the name scim-advisors-contoso/);
  });
});

describe('rotate', () => {
  test('makes a new token at once and keeps the old one valid for seven days', async () => {
    const old = await issued();
    const { code, output } = await operator.run('rotate', ...contoso);
    expect(code).toBe(0);
    const [token] = tokensIn(output);
    const end = new Date(operator.now().getTime() + 7 * DAY).toISOString().slice(0, 16).replace('T', ' ');
    expect(output).toContain(`The old token is accepted until ${end} UTC`);
    const accepts = startInstance();
    operator.pass(7 * DAY - MINUTE);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual(['contoso', 'contoso']);
    operator.pass(2 * MINUTE);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual([401, 'contoso']);
  });

  test('gives the old token the chosen overlap, and the new one the chosen expiry', async () => {
    const old = await issued();
    const [token] = tokensIn((await operator.run('rotate', ...contoso, '--overlap', '12h', '--expires', '1d')).output);
    const accepts = startInstance();
    operator.pass(13 * 60 * MINUTE);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual([401, 'contoso']);
    operator.pass(12 * 60 * MINUTE);
    expect(await accepts('advisors', token)).toBe(401);
  });

  test('never lengthens the life of a token that ends before the overlap', async () => {
    const old = await issued('--expires', '1h');
    const { output } = await operator.run('rotate', ...contoso);
    const end = new Date(operator.now().getTime() + 60 * MINUTE).toISOString().slice(0, 16).replace('T', ' ');
    expect(output).toContain(`The old token is accepted until ${end} UTC`);
    operator.pass(61 * MINUTE);
    expect(await startInstance()('advisors', old)).toBe(401);
  });

  test('ends the old token now if the overlap is 0', async () => {
    const old = await issued();
    const { output } = await operator.run('rotate', ...contoso, '--overlap', '0', '--yes');
    const accepts = startInstance();
    expect(await accepts('advisors', old)).toBe(401);
    expect(await accepts('advisors', tokensIn(output)[0])).toBe('contoso');
    expect(output).toContain('for up to 5 more minutes');
  });

  test('asks first if it ends the old token now', async () => {
    const old = await issued();
    const { code, questions } = await operator.run('rotate', ...contoso, '--overlap', '0');
    expect(code).toBe(1);
    expect(questions).toEqual([expect.stringContaining('until the administrator enters the new one')]);
    expect(await startInstance()('advisors', old)).toBe('contoso');
  });

  test('works within 30 seconds in an instance that has cached the old token', async () => {
    const accepts = startInstance();
    expect(await accepts('advisors', await issued())).toBe('contoso');
    const [token] = tokensIn((await operator.run('rotate', ...contoso)).output);
    operator.pass(30_000);
    expect(await accepts('advisors', token)).toBe('contoso');
  });

  test('disables a token that would become valid only after the overlap', async () => {
    const nbf = Math.floor(operator.now().getTime() / 1_000) + 30 * 24 * 3_600;
    vault.secrets.set('scim-advisors-contoso', { value: 'x', attributes: { nbf } });
    expect((await operator.run('list', ...contoso)).output).toMatch(/ {2}not yet valid {2}/);
    expect(await operator.run('rotate', ...contoso)).toMatchObject({ code: 0 });
    operator.pass(31 * DAY);
    expect((await operator.run('list', ...contoso)).output).toMatch(/ {2}valid {2}.* {2}1 {2}/);
  });

  test('refuses to rotate what does not exist or was revoked', async () => {
    await issued();
    vault.calls.splice(0);
    expect(await operator.run('rotate', ...ofAll)).toMatchObject({
      code: 1,
      output: '',
      errors: 'contoso has no valid token for all services to rotate: use issue to make one. Nothing was changed.\n',
    });
    expect(changesIn(vault)).toEqual([]);
    await operator.run('revoke', ...contoso, '--yes');
    expect((await operator.run('rotate', ...contoso)).errors).toMatch(/^contoso has no valid token for advisors/);
  });

  test('prints the new token and says what to do if the old one cannot get an expiry date', async () => {
    await issued();
    vault.watch((call) => {
      if (call.startsWith('PUT ')) vault.behave('broken');
    });
    const { code, output, errors } = await operator.run('rotate', ...contoso);
    expect(code).toBe(1);
    expect(tokensIn(output)).toHaveLength(1);
    expect(errors).toMatch(/the old token got no expiry date and stays valid\. Run rotate again/);
  });
});

describe('revoke', () => {
  test('disables every token, which no instance accepts after the 5 minutes that it mentions', async () => {
    const old = await issued();
    const [token] = tokensIn((await operator.run('rotate', ...contoso)).output);
    const accepts = startInstance();
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual(['contoso', 'contoso']);
    const { code, output } = await operator.run('revoke', ...contoso, '--yes');
    expect(code).toBe(0);
    expect(output).toMatch(/^contoso, advisors: revoked, 2 tokens disabled\.\n/);
    expect(output).toContain('for up to 5 more minutes');
    operator.pass(4 * MINUTE - 1);
    expect(await accepts('advisors', token)).toBe('contoso');
    operator.pass(MINUTE + 1);
    expect([await accepts('advisors', old), await accepts('advisors', token)]).toEqual([401, 401]);
    expect(await startInstance()('advisors', token)).toBe(401);
  });

  test('mentions the hour for which an instance that cannot reach the key vault accepts a token', async () => {
    const token = await issued();
    const accepts = startInstance();
    expect(await accepts('advisors', token)).toBe('contoso');
    expect((await operator.run('revoke', ...contoso, '--yes')).output).toContain(
      'cannot reach the vault may accept it for up to 1 more hour',
    );
    vault.behave('cut');
    operator.pass(65 * MINUTE - 1);
    expect(await accepts('advisors', token)).toBe('contoso');
    operator.pass(1);
    expect(await accepts('advisors', token)).toBe(503);
  });

  test('revokes all tokens of the tenant if no service is named', async () => {
    await issued();
    await operator.run('issue', ...ofAll);
    const { code, output } = await operator.run('revoke', '--tenant', 'contoso', '--yes');
    expect(code).toBe(0);
    expect(output).toMatch(
      /^contoso, advisors: revoked, 1 token disabled\.\ncontoso, rooms: has no token\.\ncontoso, all services: revoked, 1 token disabled\.\n/,
    );
    expect(output).not.toContain('Still accepted');
    expect((await operator.run('revoke', ...contoso, '--yes')).output).toMatch(
      /^contoso, advisors: was revoked already\.\n/,
    );
  });

  test('names the other tokens that a service still accepts', async () => {
    const own = await issued();
    const [shared] = tokensIn((await operator.run('issue', ...ofAll)).output);
    const { output } = await operator.run('revoke', ...contoso, '--yes');
    expect(output).toContain(
      'Still accepted: the token of contoso for all services. To revoke it as well, use revoke --service all.',
    );
    const accepts = startInstance();
    expect([await accepts('advisors', own), await accepts('advisors', shared)]).toEqual([401, 'contoso']);
    await issued();
    expect((await operator.run('revoke', ...ofAll, '--yes')).output).toContain(
      'the token of contoso for advisors. To revoke it',
    );
  });

  test("asks for the tenant's name, and changes nothing if something else is typed", async () => {
    const token = await issued();
    for (const typed of ['', 'contos', 'yes']) {
      operator.types(typed);
      vault.calls.splice(0);
      const { code, errors, questions } = await operator.run('revoke', '--tenant', 'contoso');
      expect(questions).toEqual([
        "This disables 1 token of contoso for advisors and rooms and all services: requests that use it will then fail. Type the tenant's name to continue: ",
      ]);
      expect({ code, errors }).toEqual({
        code: 1,
        errors: "Nothing was changed: what you typed is not the tenant's name. (Scripts use --yes.)\n",
      });
      expect(changesIn(vault)).toEqual([]);
    }
    operator.types('contoso');
    expect(await operator.run('revoke', ...contoso)).toMatchObject({ code: 0 });
    expect(await startInstance()('advisors', token)).toBe(401);
  });

  test('does not ask if there is nothing to disable', async () => {
    await issued();
    await operator.run('revoke', ...contoso, '--yes');
    expect(await operator.run('revoke', ...contoso)).toMatchObject({ code: 0, questions: [] });
  });

  test('refuses to revoke what does not exist', async () => {
    expect(await operator.run('revoke', '--tenant', 'contoso', '--yes')).toMatchObject({
      code: 1,
      output: '',
      errors: 'contoso has no token for advisors or rooms or all services: there is nothing to revoke.\n',
    });
  });
});

describe('the target', () => {
  test.each([['issue'], ['rotate'], ['revoke']])('is the first line that %s prints', async (action) => {
    const { place } = await operator.run(action, ...contoso);
    expect(place).toMatch(/^Target: key vault (localhost|127\.0\.0\.1):\d+ on this machine; environment local/);
  });

  test('is refused if the shell names the storage account of another environment', async () => {
    const mixed = operatorOf(vault, { SCIM_TABLES: 'https://stdbookmejjgmrc.table.core.windows.net' });
    const { code, errors } = await mixed.run('issue', ...contoso);
    expect(code).toBe(1);
    expect(errors).toMatch(/^The key vault .* and the storage account stdbookmejjgmrc do not belong together\./);
    expect(vault.calls).toEqual([]);
  });
});

describe('list', () => {
  const lines = (output: string) =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));

  test('shows the state of each tenant and service, and never a token', async () => {
    const tokens = [await issued('--expires', '10d')];
    tokens.push(...tokensIn((await operator.run('rotate', ...contoso)).output));
    tokens.push(...tokensIn((await operator.run('issue', '--service', 'rooms', '--tenant', 'bank-1')).output));
    await operator.run('revoke', '--service', 'rooms', '--tenant', 'bank-1', '--yes');
    vault.calls.splice(0);
    const { code, output } = await operator.run('list');
    expect(code).toBe(0);
    const [headings, bank, advisors, ...more] = lines(output);
    expect(headings).toEqual([
      'service',
      'tenant',
      'state',
      'created',
      'last rotated',
      'expires',
      'valid now',
      'older ones until',
      'fingerprints',
    ]);
    expect(bank?.slice(0, 3)).toEqual(['rooms', 'bank-1', 'revoked']);
    expect(bank?.slice(4)).toEqual(['never', 'never', '0', '-', '-']);
    expect(advisors?.slice(0, 3)).toEqual(['advisors', 'contoso', 'valid']);
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(advisors?.slice(3, -1)).toEqual([date, date, 'never', '2', date]);
    expect(advisors?.at(-1)?.split(' ').toSorted()).toEqual(tokens.slice(0, 2).map(tokenFingerprint).toSorted());
    expect(more).toEqual([]);
    for (const token of tokens) expect(output).not.toContain(token.slice(-43));
    expect(vault.calls.filter((call) => !/^GET \/secrets(\/[^/]+\/versions)?$/.test(call))).toEqual([]);
  });

  test('says so if more than one token has no expiry date', async () => {
    const twice = await issued();
    expect((await operator.run('list')).output).not.toContain('more than one');
    vault.secrets.set('scim-advisors-contoso', { value: twice });
    expect((await operator.run('list')).output).toContain(
      'contoso, advisors: more than one token is accepted and none of them expires. Unless all are in use, end the old ones with rotate --service advisors',
    );
  });

  test('distinguishes an expired token from a valid one', async () => {
    await issued('--expires', '1h');
    const state = async () => lines((await operator.run('list', ...contoso)).output)[1]?.[2];
    expect(await state()).toBe('valid');
    operator.pass(61 * MINUTE);
    expect(await state()).toBe('expired');
  });

  test('shows one tenant or one service if they are named', async () => {
    for (const service of ['advisors', 'rooms'])
      await operator.run('issue', '--service', service, '--tenant', 'contoso');
    await operator.run('issue', '--service', 'rooms', '--tenant', 'contoso-2');
    await operator.run('issue', '--service', 'all', '--tenant', 'contoso-3');
    const shown = async (...argv: string[]) =>
      lines((await operator.run('list', ...argv)).output)
        .slice(1)
        .map(([a, b]) => `${b} ${a}`);
    expect(await shown('--tenant', 'contoso')).toEqual(['contoso advisors', 'contoso rooms']);
    expect(await shown('--service', 'rooms')).toEqual(['contoso rooms', 'contoso-2 rooms', 'contoso-3 all']);
    expect(await shown('--service', 'all')).toEqual(['contoso-3 all']);
    expect((await operator.run('list', '--tenant', 'nobody')).output).toBe('There is no token of nobody.\n');
  });

  test('shows all tenants of a vault that has more than a page of them, and no other secret', async () => {
    for (let index = 0; index < 30; index += 1) vault.secrets.set(`scim-rooms-bank-${index}`, { value: 'x' });
    vault.secrets.set('storage-password', { value: 'x' });
    vault.secrets.set('scim-desks-contoso', { value: 'x' });
    expect(lines((await operator.run('list')).output)).toHaveLength(31);
  });
});
