import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brake } from '../../../infra/commands/brake.ts';
import { type Client, clientOf, patchOp, user } from '../../service/client.ts';
import { type RunningService, startService } from '../../service/service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService(undefined, { SCIM_BRAKE: '3,20,60' });
});
afterAll(() => service.stop());

/** Runs the command against the tests' tables. */
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
    environment: { SCIM_TABLES: process.env['SCIM_TEST_TABLES'], SCIM_BRAKE: '3,20,60' },
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
  test('shows that the brake holds, and releases it', async () => {
    const tenant = service.newTenant();
    const call = clientOf(service, 'advisors', tenant);
    const [a, b, c, d] = await createAdvisors(call, 8);
    for (const id of [a, b, c]) expect((await disable(call, id)).status).toBe(200);
    const refused = await disable(call, d);
    expect(refused.status).toBe(403);
    expect(refused.body['detail']).toContain('ask BookMe to release the brake');

    const held = await run('status', '--service', 'advisors', '--tenant', tenant.name);
    expect(held.output).toContain('5 active');
    expect(held.output).toContain('3 of at most 3');
    expect(held.output).toContain('The brake holds since');

    const released = await run('release', '--service', 'advisors', '--tenant', tenant.name, '--for', '2h');
    expect(released).toMatchObject({ code: 0, errors: '' });
    expect(released.output).toContain('The brake is released');
    expect((await disable(call, d)).status).toBe(200);
  });

  test('releases no brake of a tenant that has nothing, whose name may be mistyped', async () => {
    const { name } = service.newTenant();
    const refused = await run('release', '--service', 'advisors', '--tenant', name);
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused.errors).toContain(`The tenant ${name} has no active advisors`);
    expect((await run('status', '--service', 'advisors', '--tenant', name)).output).toContain('The brake is open');
  });

  test('shows an open brake of a tenant that it has never heard of', async () => {
    const { code, output } = await run('status', '--service', 'rooms', '--tenant', service.newTenant().name);
    expect(code).toBe(0);
    expect(output).toContain('0 active');
    expect(output).toContain('The brake is open');
  });

  test.each([
    [[], 'Say one of status, release.'],
    [['hold'], 'Say one of status, release.'],
    [['status', '--tenant', 'contoso'], '--service has to be one of advisors, rooms.'],
    [['status', '--service', 'cars', '--tenant', 'contoso'], '--service has to be one of'],
    [['status', '--service', 'rooms', '--tenant', 'Contoso!'], '--tenant has to be'],
    [['release', '--service', 'rooms', '--tenant', 'contoso', '--for', '0'], '--for has to be longer than 0'],
    [['release', '--service', 'rooms', '--tenant', 'contoso', '--for', 'ever'], '--for has to be a number of days'],
    [['release', '--force'], "Unknown option '--force'"],
  ])('refuses %j with a sentence', async (argv, sentence) => {
    const { code, output, errors } = await run(...argv);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain(sentence);
  });
});
