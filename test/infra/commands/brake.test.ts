import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brake } from '../../../infra/commands/brake.ts';
import { type Azurite, startAzurite } from '../../../infra/local/azurite.ts';
import { publishSettings } from '../../../shared/brake/brake-settings.ts';
import { type Client, clientOf, patchOp, user } from '../../service/client.ts';
import { type RunningService, startService } from '../../service/service.ts';
import { tableOf } from '../../store/rows.ts';

/** A separate store, because the limits in force are those of the last service that started with it. */
let azurite: Azurite;
let service: RunningService;
beforeAll(async () => {
  azurite = await startAzurite();
  service = await startService(azurite.connectionString, { SCIM_BRAKE: '3,20,60' });
});
afterAll(async () => {
  await service.stop();
  await azurite.close();
});

/** Runs the command. Its own environment does not contain the limits. */
async function run(...argv: string[]) {
  const written = { output: '', errors: '' };
  const to = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
      return true;
    },
  });
  const code = await brake(argv, {
    output: to('output'),
    errors: to('errors'),
    environment: { SCIM_TABLES: azurite.connectionString },
    now: () => new Date(),
    credential: () => {
      throw new Error('A connection string needs no sign-in.');
    },
  });
  return { code, ...written };
}

async function createAdvisors(call: Client, count: number): Promise<readonly string[]> {
  const created = await Promise.all(
    Array.from({ length: count }, (_, at) => call('POST', '/Users', user({ userName: `u${at}` }))),
  );
  return created.map(({ body }) => String(body['id']));
}

const disable = (call: Client, id: string | undefined) =>
  call('PATCH', `/Users/${id}`, patchOp({ op: 'Replace', path: 'active', value: 'False' }));

describe('npm run brake', () => {
  test('shows that the brake is engaged, and releases it', async () => {
    const tenant = service.newTenant();
    const call = clientOf(service, 'advisors', tenant);
    const [a, b, c, d] = await createAdvisors(call, 8);
    for (const id of [a, b, c]) expect((await disable(call, id)).status).toBe(200);
    const refused = await disable(call, d);
    expect(refused.status).toBe(403);
    expect(refused.body['detail']).toContain('ask BookMe to allow them');

    const held = await run('status', '--service', 'advisors', '--tenant', tenant.name);
    expect(held.output).toMatch(
      new RegExp(`advisors +${tenant.name} +5 +3 of at most 3 within 60 minutes +engaged since [-0-9: ]+ UTC: `),
    );

    const released = await run('release', '--service', 'advisors', '--tenant', tenant.name, '--for', '48h');
    expect(released).toMatchObject({ code: 0, errors: '' });
    expect(released.output).toContain('Target: storage account devstoreaccount1 on this machine');
    expect(released.output).toMatch(/released until [-0-9: ]+ UTC: every change is let through/);
    expect(released.output).toContain('Restart provisioning');
    expect(released.output).not.toContain('for at least 25h');
    expect((await disable(call, d)).status).toBe(200);
  });

  test('shows all services and tenants if none is named, also as JSON', async () => {
    const [one, other] = [service.newTenant(), service.newTenant()];
    await createAdvisors(clientOf(service, 'advisors', one), 2);
    await createAdvisors(clientOf(service, 'rooms', other), 1);
    const { output } = await run('status');
    expect(output).toMatch(new RegExp(`advisors +${one.name} +2 +0 of at most 3 within 60 minutes +not engaged\\n`));
    expect(output).toMatch(new RegExp(`rooms +${other.name} +1 +0 of at most 3 within 60 minutes +not engaged\\n`));
    const json = JSON.parse((await run('status', '--service', 'rooms', '--json')).output);
    expect(json).toContainEqual({
      service: 'rooms',
      tenant: other.name,
      active: 1,
      counted: 0,
      limit: 3,
      limits: { floor: 3, percent: 20, minutes: 60 },
      isAssumed: false,
      state: { kind: 'open' },
    });
  });

  test('says how long a release has to last if it ends before Entra repeats the changes', async () => {
    const tenant = service.newTenant();
    await createAdvisors(clientOf(service, 'advisors', tenant), 1);
    const { output } = await run('release', '--service', 'advisors', '--tenant', tenant.name, '--for', '2h');
    expect(output).toContain('release the brake for at least 25h');
  });

  test('lets every change through for 25 hours by default', async () => {
    const tenant = service.newTenant();
    await createAdvisors(clientOf(service, 'rooms', tenant), 1);
    await run('release', '--service', 'rooms', '--tenant', tenant.name);
    const [{ state }] = JSON.parse((await run('status', '--tenant', tenant.name, '--json')).output).filter(
      (one: { service: string }) => one.service === 'rooms',
    );
    const hours = (Date.parse(state.until) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(24.9);
    expect(hours).toBeLessThanOrEqual(25);
  });

  test('says that the brake is off if it is off in the service', async () => {
    const tenant = service.newTenant();
    await createAdvisors(clientOf(service, 'rooms', tenant), 1);
    const table = tableOf('rooms', azurite.connectionString);
    await publishSettings(table, undefined);
    expect((await run('status', '--service', 'rooms', '--tenant', tenant.name)).output).toContain(
      'off: SCIM_BRAKE is "off"',
    );
    await table.deleteEntity('~service', 'brake');
    expect((await run('status', '--service', 'rooms', '--tenant', tenant.name)).output).toContain(
      'not engaged (with the default limits, because the service has not written its own yet)',
    );
  });

  test.each([
    ['status', []],
    ['release', ['--service', 'advisors']],
  ])('%s refuses a tenant that has nothing, whose name may be mistyped', async (action, more) => {
    const { name } = service.newTenant();
    const refused = await run(action, '--tenant', name, ...more);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain(`The tenant ${name} has no`);
    expect(refused.output).not.toContain('engaged');
  });

  test.each([
    [[], 'The first word must be one of status, release.'],
    [['hold'], 'The first word must be one of status, release.'],
    [['release', '--tenant', 'contoso'], 'release needs --service and --tenant: it releases one brake at a time.'],
    [['release', '--service', 'rooms'], 'release needs --service and --tenant: it releases one brake at a time.'],
    [['status', '--service', 'cars', '--tenant', 'contoso'], '--service must be one of'],
    [['status', '--service', 'rooms', '--tenant', 'Contoso!'], '--tenant must be'],
    [['release', '--service', 'rooms', '--tenant', 'contoso', '--for', '0'], '--for must be longer than 0'],
    [['release', '--service', 'rooms', '--tenant', 'contoso', '--for', 'ever'], '--for must be a number of days'],
    [['release', '--force'], "Unknown option '--force'"],
  ])('refuses %j with a message', async (argv, sentence) => {
    const { code, output, errors } = await run(...argv);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain(sentence);
  });
});
