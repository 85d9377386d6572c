import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newToken } from '../../../shared/auth/token.ts';
import { answerWith, cutAfter, startStorageProxy } from '../../stand-ins/storage-proxy.ts';
import { type Ground, openGround, runTenant } from './bank.ts';

let ground: Ground;
let tenants = 0;

beforeAll(async () => {
  ground = await openGround();
});

afterAll(async () => {
  await ground.stop();
});

const newTenant = () => `bank-${++tenants}`;
const erase = (tenant: string) => ['erase', '--tenant', tenant, '--yes'];
const isDelete = ({ path }: { readonly path: string }) => path.startsWith('/$batch');
const secretsOf = (tenant: string) => [
  ground.vault.secrets.list(`scim-advisors-${tenant}`),
  ground.vault.secrets.list(`scim-rooms-${tenant}`),
  ground.vault.secrets.list(`scim-all-${tenant}`),
];
const MINUTE = 60_000;
const NOT_THE_NAME = "Nothing was erased: what you typed is not the tenant's name. (Scripts use --yes.)\n";

/** Runs the program as npm run tenant does, in a local environment, with this input. */
async function runProgram(argv: readonly string[], typed: string) {
  const program = join(import.meta.dirname, '../../../infra/commands/tenant.ts');
  const child = spawn(process.execPath, [program, ...argv], {
    env: { ...process.env, SCIM_TABLES: ground.tables, SCIM_KEY_VAULT_URI: '' },
  });
  child.stdin.end(typed);
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, output, errors };
}

describe('erase', () => {
  test('removes the tokens, then every row of both tables, and nothing of another tenant', async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    await ground.provision('advisors', tenant, 40);
    await ground.provision('rooms', tenant, 2);
    await ground.provision('advisors', other, 2);
    ground.vault.secrets.set(`scim-all-${tenant}`, { value: newToken(tenant) });
    const { code, output, errors, questions } = await runTenant(ground, ['erase', '--tenant', tenant], {
      typed: tenant,
    });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(questions).toEqual(["This cannot be undone. Type the tenant's name to erase it: "]);
    expect(output).toMatch(/^advisors +40 +161 +valid$/m);
    expect(output).toMatch(/^rooms +2 +9 +valid$/m);
    expect(output).toContain(
      `170 rows were deleted. Both tables were read again, and contain no more rows of ${tenant}.`,
    );
    expect([await ground.rowsOf('advisors', tenant), await ground.rowsOf('rooms', tenant)]).toEqual([[], []]);
    expect(secretsOf(tenant)).toEqual([undefined, undefined, undefined]);
    expect(await ground.rowsOf('advisors', other)).toHaveLength(9);
    expect(ground.vault.secrets.list(`scim-advisors-${other}`)).toHaveLength(1);
  });

  test('deletes no row before instances stop accepting the tokens', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 2);
    const atPause: unknown[] = [];
    const onWait = async () => {
      atPause.push(...secretsOf(tenant), (await ground.rowsOf('advisors', tenant)).length);
    };
    const { pauses, output } = await runTenant(ground, erase(tenant), { onWait });
    expect(pauses).toEqual([330]);
    expect(atPause).toEqual([undefined, undefined, undefined, 9]);
    expect(output).toMatch(/^The tokens are removed\. Instances may still accept them until/m);
    expect(await ground.rowsOf('advisors', tenant)).toEqual([]);
  });

  test('leaves no token that would be valid again after its secret is recovered', async () => {
    const tenant = newTenant();
    await ground.provision('rooms', tenant, 0);
    await runTenant(ground, erase(tenant));
    ground.vault.secrets.recover(`scim-rooms-${tenant}`);
    expect(secretsOf(tenant)[1]).toEqual([
      expect.objectContaining({ attributes: expect.objectContaining({ enabled: false }) }),
    ]);
  });

  test.each(['', 'bank', 'yes'])('changes nothing if "%s" is typed instead of the name', async (typed) => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    const { code, errors } = await runTenant(ground, ['erase', '--tenant', tenant], { typed });
    expect({ code, errors }).toEqual({ code: 1, errors: NOT_THE_NAME });
    expect(await ground.rowsOf('advisors', tenant)).toHaveLength(5);
    expect(ground.vault.secrets.list(`scim-advisors-${tenant}`)).toHaveLength(1);
  });

  test('says without asking that nothing is left of a tenant that was erased', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    await runTenant(ground, erase(tenant));
    const later = Date.now() + 6 * MINUTE;
    const run = await runTenant(ground, ['erase', '--tenant', tenant], { now: () => new Date(later) });
    expect(run).toMatchObject({ code: 0, questions: [], pauses: [] });
    expect(run.output).toContain(
      `0 rows were deleted. Both tables were read again, and contain no more rows of ${tenant}.`,
    );
  });

  test.each([{}, { SCIM_KEY_VAULT_URI: '' }])(
    'says so if the tenant has nothing and had no token: %j',
    async (environment) => {
      const run = await runTenant(ground, ['erase', '--tenant', 'nobody'], { environment });
      expect(run).toMatchObject({ code: 1, questions: [], pauses: [] });
      expect(run.errors).toMatch(
        /^The tenant nobody has no row.*: either it was erased, or its name is mistyped\. .* Nothing was changed\.$/m,
      );
    },
  );

  test('names its target first', async () => {
    const { output } = await runTenant(ground, erase('nobody'));
    expect(output).toMatch(
      /^Target: storage account devstoreaccount1 on this machine, key vault \S+ on this machine; environment local\.\n/,
    );
  });

  test('is refused if the key vault and the storage account do not belong together', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    const { code, errors } = await runTenant(ground, [
      ...erase(tenant),
      '--vault',
      'https://kv-bookme-w6hne7.vault.azure.net',
    ]);
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^The key vault kv-bookme-w6hne7 and the storage account devstoreaccount1 on this machine do not belong together\./,
    );
    expect(await ground.rowsOf('advisors', tenant)).toHaveLength(5);
  });

  test('finishes when it is run again after it was stopped during the wait, and waits for the remaining time', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    const stop = () => Promise.reject(new Error('Ctrl-C'));
    await expect(runTenant(ground, erase(tenant), { onWait: stop })).rejects.toThrow('Ctrl-C');
    expect(await ground.rowsOf('advisors', tenant)).toHaveLength(5);
    const later = Date.now() + 3 * MINUTE;
    const { code, pauses } = await runTenant(ground, erase(tenant), { now: () => new Date(later) });
    expect(code).toBe(0);
    expect(pauses[0]).toBeGreaterThan(140);
    expect(pauses[0]).toBeLessThanOrEqual(150);
    expect(await ground.rowsOf('advisors', tenant)).toEqual([]);
    const muchLater = Date.now() + 6 * MINUTE;
    expect(await runTenant(ground, erase(tenant), { now: () => new Date(muchLater) })).toMatchObject({
      code: 0,
      pauses: [],
    });
  });

  test('finishes when it is run again after storage failed in the middle', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 40);
    const proxy = await startStorageProxy(ground.tables);
    const environment = { SCIM_TABLES: proxy.tables };
    proxy.meet(isDelete, ({ forward, answer }) => forward().then(answer));
    proxy.meet(isDelete, answerWith(400), 100);
    const first = await runTenant(ground, erase(tenant), { environment });
    expect(first.code).toBe(1);
    expect(first.errors).toMatch(/^The storage account http:\S+ returned 400/);
    expect(await ground.rowsOf('advisors', tenant)).toHaveLength(61);
    await proxy.stop();
    expect(await runTenant(ground, erase(tenant))).toMatchObject({ code: 0 });
    expect(await ground.rowsOf('advisors', tenant)).toEqual([]);
  });

  test('reads again if an answer was lost, or another client deleted a row at the same time', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 40);
    const proxy = await startStorageProxy(ground.tables);
    proxy.meet(isDelete, cutAfter);
    proxy.meet(isDelete, async ({ forward, answer }) => {
      await ground.table('advisors').deleteEntity(tenant, '~changes.brake');
      answer(await forward());
    });
    const { code } = await runTenant(ground, erase(tenant), { environment: { SCIM_TABLES: proxy.tables } });
    await proxy.stop();
    expect(code).toBe(0);
    expect(await ground.rowsOf('advisors', tenant)).toEqual([]);
  });

  /** Writes a row of the tenant after each of the next `times` transactions. */
  async function eraseWhileRowsCome(tenant: string, times: number) {
    const proxy = await startStorageProxy(ground.tables);
    const late = async () =>
      ground.table('advisors').createEntity({ partitionKey: tenant, rowKey: `late-${proxy.calls.length}` });
    proxy.meet(
      isDelete,
      async ({ forward, answer }) => {
        const done = await forward();
        await late();
        answer(done);
      },
      times,
    );
    const run = await runTenant(ground, erase(tenant), { environment: { SCIM_TABLES: proxy.tables } });
    await proxy.stop();
    return run;
  }

  test('deletes rows that are written while it deletes', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    const { code, output } = await eraseWhileRowsCome(tenant, 2);
    expect(code).toBe(0);
    expect(output).toContain('7 rows were deleted.');
    expect(await ground.rowsOf('advisors', tenant)).toEqual([]);
  });

  test('says that it did not finish if a client keeps writing rows', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    const { code, output, errors } = await eraseWhileRowsCome(tenant, 100);
    expect(code).toBe(1);
    expect(errors).toMatch(/^New rows of bank-\d+ appear while they are deleted: a client is still writing\./);
    expect(output).not.toContain('hold no row');
  });

  test('deletes no row if the tokens cannot be removed', async () => {
    const tenant = newTenant();
    await ground.provision('advisors', tenant, 1);
    ground.vault.watch((call) => {
      if (call.startsWith('PATCH ')) ground.vault.behave('forbidden');
    });
    const { code, errors } = await runTenant(ground, erase(tenant));
    ground.vault.watch(() => undefined);
    ground.vault.behave('well');
    expect(code).toBe(1);
    expect(errors).toContain('you need the role Key Vault Secrets Officer');
    expect(await ground.rowsOf('advisors', tenant)).toHaveLength(5);
  });

  test('says that it does not change the tokens of a local environment', async () => {
    const tenant = newTenant();
    await ground.provision('rooms', tenant, 1);
    const { code, output, pauses } = await runTenant(ground, erase(tenant), {
      environment: { SCIM_KEY_VAULT_URI: '' },
    });
    expect({ code, pauses }).toEqual({ code: 0, pauses: [] });
    expect(output).toContain("The tenant's tokens were not changed, because no key vault is named.");
    expect(await ground.rowsOf('rooms', tenant)).toEqual([]);
  });

  test('reads the name from the terminal', async () => {
    const tenant = newTenant();
    await ground.provision('rooms', tenant, 1);
    const silent = await runProgram(['erase', '--tenant', tenant], '');
    expect({ code: silent.code, errors: silent.errors }).toEqual({ code: 1, errors: NOT_THE_NAME });
    expect(await ground.rowsOf('rooms', tenant)).toHaveLength(5);
    const { code, output } = await runProgram(['erase', '--tenant', tenant], `${tenant}\n`);
    expect(code).toBe(0);
    expect(output).toContain("Type the tenant's name to erase it");
    expect(await ground.rowsOf('rooms', tenant)).toEqual([]);
  });
});
