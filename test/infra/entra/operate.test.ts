import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { changeRow, newChangeKey } from '../../../shared/store/change-row.ts';
import { connectTable } from '../../../shared/store/connect.ts';
import type { StoredApplication, StoredJob } from '../../stand-ins/graph-tenant.ts';
import { type KeyVaultStandIn, startKeyVault } from '../../stand-ins/key-vault.ts';
import { type Bank, newObject, only, openBank, runScript, TENANT_URL, TOKEN } from './bank.ts';

let bank: Bank;
let application: StoredApplication;
let job: StoredJob;

/** A bank with an application for advisors that is set up. */
beforeEach(async () => {
  bank = await openBank();
  application = runScript(bank, 'BookMe advisors', TENANT_URL);
  job = only(application.jobs);
  expect(await bank.run('apply', '--yes')).toMatchObject({ code: 0 });
  bank.graph.requests.length = 0;
});

afterEach(() => bank.stop());

const change = (from: string, to: string) => {
  const text = job.schema.current;
  expect(text).toContain(from);
  job.schema.write(text.replace(from, to), 0);
};

describe('check', () => {
  test('says that everything is in order, and that the token cannot be compared', async () => {
    const { code, output } = await bank.run('check');
    expect(output).toContain('Everything is in order.');
    expect(output).toContain('Entra does not show it, so it cannot be compared. Test Connection with it succeeds.');
    expect(code).toBe(0);
  });

  test('lists each difference', async () => {
    change('"expression":"[objectId]"', '"expression":"[mailNickname]"');
    application.secrets.write(new Map([...application.secrets.current, ['SyncAll', 'True']]), 0);
    const { code, output } = await bank.run('check', '--delete-threshold', '20');
    expect(output).toContain('~ attribute mapping externalId: source mailNickname -> objectId');
    expect(output).toContain('~ Scope: Sync all users and groups -> Sync only assigned users and groups');
    expect(output).toContain('+ Prevent accidental deletions, threshold: 20');
    expect(code).toBe(2);
  });

  test.each([
    ['TooManyDeletes', 'restart --allow-deletes'],
    ['EncounteredQuarantineException', 'Tenant URL or the Secret Token'],
    ['SomethingNew', 'This reason is not documented'],
  ])('says what to do about the quarantine %s', async (reason, advice) => {
    const error = { code: 'ACode', message: 'A message.', tenantActionable: true };
    job.quarantine = { reason, currentBegan: '2026-11-01T00:00:00Z', nextAttempt: '2026-11-02T12:00:00Z', error };
    const { code, output } = await bank.run('check', '--json');
    const [{ problems }] = JSON.parse(output).services;
    expect(problems.join()).toContain(advice);
    expect(problems.join()).toContain('ACode: A message.');
    expect(code).toBe(2);
  });

  test('fails with a token that BookMe refuses', async () => {
    bank.graph.settings.probe = async () => 'SystemForCrossDomainIdentityManagementCredentialValidationFailure';
    const { code, output } = await bank.run('check');
    expect(output).toContain('Test Connection failed');
    expect(code).toBe(2);
  });

  test('names a last cycle that is overdue', async () => {
    job.lastExecution = { state: 'Succeeded', timeEnded: '2026-11-01T08:00:00Z', countEntitledForProvisioning: 62 };
    expect((await bank.run('check')).output).toContain('The last cycle ended 2026-11-01 08:00 UTC');
  });
});

test('test is the Test Connection of the portal', async () => {
  expect(await bank.run('test')).toMatchObject({ code: 0, output: 'advisors: Test Connection succeeded.\n' });
  bank.graph.settings.probe = async () => 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable';
  expect(await bank.run('test')).toMatchObject({ code: 1, output: expect.stringContaining('could not reach BookMe') });
});

describe('on-demand', () => {
  test("shows each step with the portal's name, and each attribute", async () => {
    bank.graph.tenant.users.push(newObject('anna@contoso.com'));
    const { code, output } = await bank.run('on-demand', '--user', 'anna@contoso.com');
    expect(output).toContain('1. Import user: Success');
    expect(output).toContain('2. Determine if user is in scope: Success');
    expect(output).toContain('3. Match user between source and target system: Success');
    expect(output).toContain('4. Perform action: Success');
    expect(output).toContain('userName: (none) -> anna@contoso.com');
    expect(code).toBe(0);
  });

  test('reads the other documented form, and fails if the result is a failure', async () => {
    bank.graph.tenant.users.push(newObject('anna@contoso.com'));
    const value = { provisioningSteps: [], statusInfo: { status: 'failure', errorCode: 'DuplicateTargetEntries' } };
    const body = {
      key: 'Microsoft.Identity.Health',
      value: JSON.stringify([{ key: '{"result":"Failure"}', value: JSON.stringify(value) }]),
    };
    bank.graph.settings.instead = (line) => (line.endsWith('provisionOnDemand') ? { status: 200, body } : undefined);
    const { code, output } = await bank.run('on-demand', '--user', 'anna@contoso.com');
    expect(output).toContain('Result: Failure. DuplicateTargetEntries');
    expect(code).toBe(1);
  });

  test('says so if the answer does not have a documented form', async () => {
    bank.graph.tenant.users.push(newObject('anna@contoso.com'));
    bank.graph.settings.instead = (line) =>
      line.endsWith('provisionOnDemand') ? { status: 200, body: { value: 5 } } : undefined;
    expect(await bank.run('on-demand', '--user', 'anna@contoso.com')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('an undocumented form'),
    });
  });
});

describe('the job', () => {
  test('is paused, and started again once', async () => {
    expect(await bank.run('pause')).toMatchObject({ code: 0 });
    expect(job.state).toBe('Paused');
    expect(await bank.run('start')).toMatchObject({ code: 0 });
    expect(await bank.run('start')).toMatchObject({ code: 0, output: 'advisors: the job is already running.\n' });
    expect(bank.graph.writes().filter((line) => line.endsWith('/start'))).toHaveLength(1);
  });

  test('is not started with mappings that differ from ours', async () => {
    await bank.run('pause');
    change('"expression":"[objectId]"', '"expression":"[mailNickname]"');
    expect(await bank.run('start')).toMatchObject({ code: 1, errors: expect.stringContaining('Run apply') });
    expect(job.state).toBe('Paused');
  });

  test('is restarted, except when Entra holds back deletions', async () => {
    const cycles = job.initialCycles;
    expect(await bank.run('restart')).toMatchObject({ code: 0 });
    expect(job.initialCycles).toBe(cycles + 1);
    job.quarantine = { reason: 'TooManyDeletes' };
    expect(await bank.run('restart')).toMatchObject({ code: 1, errors: expect.stringContaining('--allow-deletes') });
    expect(await bank.run('restart', '--allow-deletes')).toMatchObject({ code: 0 });
    expect(bank.graph.requests.at(-1)?.body).toBe('{"criteria":{"resetScope":"ForceDeletes"}}');
  });
});

describe('remove', () => {
  test('deletes nothing if a different name is typed', async () => {
    bank.typed.push('BookMe rooms');
    expect(await bank.run('remove', '--yes')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('nothing was deleted'),
    });
    expect(bank.graph.writes()).toEqual([]);
  });

  test('lists what would be deleted, and deletes it after its name is typed', async () => {
    bank.typed.push('BookMe advisors');
    const { code, output } = await bank.run('remove');
    expect(output).toContain(`- provisioning job ${job.id}`);
    expect(code).toBe(0);
    expect(bank.graph.tenant.applications).toEqual([]);
    expect(await bank.run('remove')).toMatchObject({ code: 0, output: 'advisors: there is no application.\n' });
  });
});

describe('logs', () => {
  const entry = (jobId: string, userName: string, status: string, at: string) => ({
    activityDateTime: at,
    jobId,
    provisioningAction: 'create',
    sourceIdentity: { id: `object-of-${userName}`, displayName: 'Somebody', details: { UserPrincipalName: userName } },
    targetIdentity: { id: 'an-id' },
    provisioningSteps: [],
    provisioningStatusInfo: {
      status,
      errorInformation: status === 'failure' ? { errorCode: 'Conflict', reason: 'userName is taken' } : null,
    },
  });

  test('show who, what, when and why, newest first, and with --failed only failures', async () => {
    bank.graph.tenant.log.push(
      entry(job.id, 'anna', 'success', '2026-11-01T08:00:00Z'),
      entry(job.id, 'bo', 'failure', '2026-11-01T09:00:00Z'),
      entry('another job', 'carl', 'failure', '2026-11-01T09:00:00Z'),
    );
    const { output } = await bank.run('logs');
    expect(output).toMatch(/create failure: bo[\s\S]*Conflict: userName is taken[\s\S]*create success: anna/);
    expect(output).not.toContain('carl');
    expect((await bank.run('logs', '--failed')).output).not.toContain('anna');
  });

  test("include BookMe's own history if the tables and the bank are known", async () => {
    const tables = process.env['SCIM_TEST_TABLES'] ?? '';
    const tenant = `t-${Date.now()}`;
    const at = new Date(bank.graph.clock.now - 60_000);
    const table = connectTable({ tables, name: 'advisors' }, () => ({ getToken: async () => null }));
    await table.createTable().catch(() => {});
    const change = { change: 'updated', id: 'an-id', at, attributes: ['displayName'], token: '3f9c' } as const;
    await table.createEntity(changeRow(tenant, { ...change, rowKey: newChangeKey(at) }));
    bank.graph.tenant.log.push(entry(job.id, 'anna', 'success', '2026-11-02T07:00:00Z'));
    bank.environment['SCIM_TABLES'] = tables;
    const { output } = await bank.run('logs', '--tenant', tenant);
    expect(output).toMatch(/create success: anna.*\n {4}at BookMe: 2026-11-02 .* updated: displayName \(token 3f9c\)/);
  });
});

describe('--to-workspace', () => {
  const workspace = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w';

  test('is planned and applied once', async () => {
    expect((await bank.run('plan', '--to-workspace', workspace)).output).toContain(
      '+ diagnostic setting bookme-provisioning-logs',
    );
    expect(await bank.run('apply', '--yes', '--to-workspace', workspace)).toMatchObject({ code: 0 });
    expect(only([...bank.graph.tenant.diagnosticSettings.values()])).toMatchObject({
      properties: { workspaceId: workspace },
    });
    expect(await bank.run('plan', '--to-workspace', workspace)).toMatchObject({ code: 0 });
  });
});

describe('a Secret Token', () => {
  let vault: KeyVaultStandIn;

  beforeEach(async () => {
    vault = await startKeyVault();
    await bank.stop();
    bank = await openBank(vault);
  });

  afterEach(() => vault.stop());

  test('is made in the key vault and entered, and never shown', async () => {
    const { code, output, errors } = await bank.run(
      'apply',
      '--yes',
      '--issue-token',
      '--tenant',
      'contoso',
      '--vault',
      vault.uri,
    );
    expect({ code, errors }).toMatchObject({ code: 0 });
    const stored = only(bank.graph.tenant.applications).secrets.current.get('SecretToken') ?? '';
    expect(output).toMatch(/^Target: key vault \S+ on this machine; environment local/);
    expect(stored).toMatch(/^contoso\.[\w-]{43}$/);
    expect(output + errors).not.toContain(stored.slice(8));
    expect(vault.calls).toContain('PUT /secrets/scim-advisors-contoso');
  });

  test.each([
    ['not-a-token', 'not a Secret Token'],
    [`fabrikam.${'B'.repeat(43)}`, 'belongs to fabrikam'],
    ['', 'No Secret Token was entered'],
  ])('like %s is refused before anything is created', async (typed, sentence) => {
    bank.typed.push(typed);
    const { code, output, errors } = await bank.run('apply', '--yes', '--tenant', 'contoso');
    expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringContaining(sentence) });
    if (typed.length > 20) expect(output + errors).not.toContain('B'.repeat(43));
    expect(bank.graph.writes()).toEqual([]);
  });

  test('is replaced by a typed one only with --new-token', async () => {
    runScript(bank, 'BookMe advisors', TENANT_URL);
    bank.typed.push(TOKEN);
    await bank.run('apply', '--yes');
    expect(bank.typed).toEqual([TOKEN]);
    const next = TOKEN.replaceAll('A', 'C');
    bank.typed[0] = next;
    expect(await bank.run('apply', '--yes', '--new-token')).toMatchObject({ code: 0 });
    expect(only(bank.graph.tenant.applications).secrets.current.get('SecretToken')).toBe(next);
  });

  test('is reported at once if Entra loses it when another setting is written', async () => {
    const application = runScript(bank, 'BookMe advisors', TENANT_URL);
    bank.graph.settings.instead = (line, body) => {
      if (line !== `PUT /servicePrincipals/${application.id}/synchronization/secrets`) return undefined;
      application.secrets.write(
        new Map(JSON.parse(body).value.map(({ key, value }: Record<string, string>) => [key, value])),
        0,
      );
      return { status: 204 };
    };
    const { code, errors } = await bank.run('apply', '--yes', '--delete-threshold', '20');
    expect({ code, errors }).toMatchObject({
      code: 1,
      errors: expect.stringContaining('no longer has the Secret Token'),
    });
  });
});
