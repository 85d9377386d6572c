import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPage, tableBelow } from '../../docs/markdown.ts';
import { usersIn } from '../../stand-ins/graph-routes.ts';
import { someDelays } from '../../stand-ins/graph-tenant.ts';
import { type Bank, newObject, only, openBank, runScript, TENANT_URL, TOKEN } from './bank.ts';

let bank: Bank;

beforeEach(async () => {
  bank = await openBank();
  bank.environment['SCIM_TOKEN'] = TOKEN;
});

afterEach(() => bank.stop());

const onlyApplication = () => only(bank.graph.tenant.applications);

/** The table for advisors in docs/entra-setup.md, as target attribute, expression and matching precedence. */
const guide = tableBelow(readPage('docs/entra-setup.md'), 'Advisors').map((row) => [
  row['target attribute'],
  row['mapping type'] === 'Expression' ? row['source'] : `[${row['source']}]`,
  Number(row['matching precedence']),
]);

function expectGuide(): void {
  const application = onlyApplication();
  const job = only(application.jobs);
  const { mappings, groupsEnabled } = usersIn(job);
  const rows = mappings.map(({ targetAttributeName, source, matchingPriority }) => [
    targetAttributeName,
    source.expression,
    matchingPriority,
  ]);
  expect(rows.toSorted()).toEqual(guide.toSorted());
  expect(rows).toContainEqual(['externalId', '[objectId]', 1]);
  expect(groupsEnabled).toBe(false);
  expect(Object.fromEntries(application.secrets.current)).toMatchObject({
    BaseAddress: TENANT_URL,
    SecretToken: TOKEN,
    SyncAll: 'false',
  });
  expect(job.state).toBe('Active');
}

describe('an empty tenant', () => {
  test('is planned in full, and nothing is changed', async () => {
    const { code, output } = await bank.run('plan', '--notify', 'scim@contoso.com');
    expect(output).toContain('+ enterprise application "BookMe advisors" (non-gallery)');
    expect(output).toContain('+ attribute mapping externalId <- objectId (matching precedence 1)');
    expect(output).toContain(`+ Tenant URL: ${TENANT_URL}`);
    expect(output).toContain('+ Notification Email: scim@contoso.com');
    expect(code).toBe(2);
    expect(bank.graph.writes()).toEqual([]);
  });

  test('has everything after an apply that waits until Entra knows the application, and a second apply writes nothing', async () => {
    bank.graph.settings.delays = someDelays;
    bank.graph.settings.throttleEvery = 7;
    const group = newObject('Advisors of Contoso');
    bank.graph.tenant.groups.push(group);
    const more = ['--yes', '--notify', 'scim@contoso.com', '--delete-threshold', '50', '--assign', group.name];
    const { code, output, errors } = await bank.run('apply', ...more);
    expect({ code, errors }).toMatchObject({ code: 0 });
    expectGuide();
    expect(onlyApplication().assignments).toMatchObject([
      { principalId: group.id, appRoleId: '18d14569-c3bd-439b-9a66-3a2aee01d14f' },
    ]);
    expect(JSON.parse(onlyApplication().secrets.current.get('SyncNotificationSettings') ?? '')).toEqual({
      Enabled: true,
      Recipients: 'scim@contoso.com',
      DeleteThresholdEnabled: true,
      DeleteThresholdValue: 50,
    });
    expect(output + errors).not.toContain(TOKEN.slice(8));
    bank.graph.clock.now += 3_600_000;
    bank.graph.requests.length = 0;
    expect(await bank.run('apply', ...more)).toMatchObject({ code: 0 });
    expect(bank.graph.writes()).toEqual([]);
    expect(await bank.run('plan', ...more)).toMatchObject({ code: 0 });
  });

  test('stays empty if the administrator does not type yes', async () => {
    bank.typed.push('no');
    expect(await bank.run('apply')).toMatchObject({ code: 1, errors: expect.stringContaining('Nothing was changed.') });
    expect(bank.graph.writes()).toEqual([]);
  });
});

describe.each([false, true])('an apply that is interrupted at any call (carried out before: %s)', (done) => {
  test('is finished by the next apply, and nothing is created twice', async () => {
    const whole = await lengthOfApply();
    for (let at = 1; at <= whole; at += 1) {
      await bank.stop();
      bank = await openBank();
      bank.environment['SCIM_TOKEN'] = TOKEN;
      bank.graph.settings.delays = someDelays;
      bank.graph.settings.cut = { at, done };
      const first = await bank.run('apply', '--yes');
      expect({ at, code: first.code }).toEqual({ at, code: 1 });
      const second = await bank.run('apply', '--yes');
      expect({ at, ...second }).toMatchObject({ at, code: 0 });
      expectGuide();
    }
  }, 300_000);
});

async function lengthOfApply(): Promise<number> {
  bank.graph.settings.delays = someDelays;
  await bank.run('apply', '--yes');
  return bank.graph.requests.length;
}

describe("an application of the banks' script", () => {
  test('is adopted, and only its mappings change', async () => {
    const application = runScript(bank, 'BookMe - SCIM integration - Employees - 2026-10-01', TENANT_URL);
    delete bank.environment['SCIM_TOKEN'];
    const plan = await bank.run('plan');
    expect(plan.output).toContain(
      '~ attribute mapping externalId: source mailNickname -> objectId; matching precedence none -> 1',
    );
    expect(plan.output).toContain('~ attribute mapping userName: matching precedence 1 -> 2');
    expect(plan.output).toContain('- attribute mapping preferredLanguage <- preferredLanguage');
    expect(plan.output).toContain('new initial cycle');
    expect(plan.output).not.toMatch(/[+~] (Tenant URL|Secret Token|Scope|Provisioning)/);
    expect(await bank.run('apply', '--yes')).toMatchObject({ code: 0 });
    expectGuide();
    expect(onlyApplication()).toBe(application);
    expect(bank.graph.writes().filter((line) => /secrets|start/.test(line))).toEqual([]);
  });

  test('is refused if the script ran twice, because there are two', async () => {
    const [first, second] = [1, 2].map((day) =>
      runScript(bank, `BookMe - SCIM integration - Advisors - 2026-10-0${day}`, TENANT_URL),
    );
    const { code, errors } = await bank.run('apply', '--yes');
    expect(code).toBe(1);
    expect(errors).toContain(String(first?.id));
    expect(errors).toContain(String(second?.id));
    expect(bank.graph.writes()).toEqual([]);
    expect(await bank.run('plan', '--service-principal', String(first?.id))).toMatchObject({ code: 2 });
  });

  test('for rooms is not used for advisors', async () => {
    const rooms = runScript(bank, 'BookMe advisors', TENANT_URL.replace('advisors', 'rooms'));
    expect((await bank.run('plan')).output).toContain('+ enterprise application');
    expect(await bank.run('plan', '--service-principal', rooms.id)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('rooms, production'),
    });
  });
});

test('a tenant other than the one in --entra-tenant is not read', async () => {
  const { code, errors } = await bank.run('plan', '--entra-tenant', 'fabrikam.com');
  expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringContaining('not to fabrikam.com') });
  expect(bank.graph.requests.some(({ line }) => line.includes('servicePrincipals'))).toBe(false);
});

test('mappings that someone else changes after the plan was shown are not overwritten', async () => {
  const application = runScript(bank, 'BookMe advisors', TENANT_URL);
  bank.graph.settings.probe = async () => {
    const { schema } = only(application.jobs);
    schema.write(schema.current.replace(/"version": "/, '"version": "new '), 0);
    return undefined;
  };
  expect(await bank.run('apply', '--yes')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('The attribute mappings were changed by someone else'),
  });
  expect(bank.graph.writes().some((line) => line.startsWith('PUT'))).toBe(false);
});

test('a failing Test Connection stops before the mappings, with the code, the request id and what to do', async () => {
  bank.graph.settings.probe = async () => 'SystemForCrossDomainIdentityManagementCredentialValidationFailure';
  const { code, errors } = await bank.run('apply', '--yes');
  expect(code).toBe(1);
  expect(errors).toContain('SystemForCrossDomainIdentityManagementCredentialValidationFailure');
  expect(errors).toContain('Request id: a-request-id');
  expect(errors).toContain('BookMe refused the Secret Token');
  expect(bank.graph.writes().some((line) => line.endsWith('/schema'))).toBe(false);
});

test('a sign-in without the role gets the name of the role, once the application is no longer new', async () => {
  runScript(bank, 'BookMe advisors', TENANT_URL);
  bank.graph.settings.instead = (line) =>
    line.includes('/synchronization/')
      ? { status: 401, body: { error: { code: 'Unauthorized', message: '' } } }
      : undefined;
  expect(await bank.run('plan')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('Cloud Application Administrator'),
  });
});
