import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answer, type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService, type Tenant } from '../service/service.ts';
import { audit, resourceRowsOf, rowsBesideHistory, rowsOf } from './rows.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe.each(['advisors', 'rooms'] as const)('in %s', (name) => {
  let tenant: Tenant;
  let call: Client;
  beforeEach(() => {
    tenant = service.newTenant();
    call = clientOf(service, name, tenant);
  });

  const create = (attributes: object): Promise<Answer> => call('POST', '/Users', user(attributes));
  const atOnce = (make: (number: number) => object): Promise<readonly Answer[]> =>
    Promise.all(Array.from({ length: 50 }, (_, number) => create(make(number))));
  const find = async (attribute: string, value: string) =>
    (await call('GET', `/Users?filter=${encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)}`)).body;

  test.each([
    ['userName, written in different case,', () => (n: number) => ({ userName: n % 2 ? 'ÅSE@x.dk' : 'åse@x.dk' })],
    [
      'externalId',
      () => {
        const externalId = randomUUID();
        return (n: number) => ({ userName: `user${n}@x.dk`, externalId });
      },
    ],
    ['externalId that is no GUID', () => (n: number) => ({ userName: `user${n}@x.dk`, externalId: 'ext/1?' })],
    [
      'everything',
      () => {
        const anna = { userName: 'anna@x.dk', externalId: randomUUID() };
        return () => anna;
      },
    ],
  ])(
    'one of fifty creates at once with the same %s is made, and the others get 409 uniqueness',
    async (_what, people) => {
      const answers = await atOnce(people());
      const made = answers.filter(({ status }) => status === 201);
      expect(made).toHaveLength(1);
      for (const answer of answers.filter((one) => one !== made[0]))
        expect(answer).toMatchObject({ status: 409, body: { scimType: 'uniqueness', status: '409' } });
      expect(await resourceRowsOf(name, tenant.name)).toMatchObject([{ id: made[0]?.body['id'] }]);
      expect(await audit(name, tenant.name)).toEqual([]);
    },
  );

  test('fifty simultaneous creates of different people all succeed', async () => {
    const answers = await atOnce((number) => ({ userName: `user${number}@x.dk`, externalId: randomUUID() }));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
    expect(await resourceRowsOf(name, tenant.name)).toHaveLength(50);
    expect(await audit(name, tenant.name)).toEqual([]);
  });

  test('simultaneous creates, renames, moves and deletes leave nothing half done', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, n) => (await create({ userName: `u${n}@x.dk`, externalId: randomUUID() })).body['id'],
      ),
    );
    const change = (id: unknown, value: object) => call('PATCH', `/Users/${id}`, patchOp({ op: 'replace', value }));
    const answers = await Promise.all(
      ids.flatMap((id, n) => [
        change(id, { userName: `u${(n + 1) % 8}@x.dk` }),
        change(id, { userName: `new${n >> 1}@x.dk` }),
        change(id, { externalId: randomUUID() }),
        change(id, { displayName: `${n}` }),
        create({ userName: `u${n}@x.dk` }),
        ...(n % 3 === 0 ? [call('DELETE', `/Users/${id}`)] : []),
      ]),
    );
    expect(answers.filter(({ status }) => ![200, 201, 204, 404, 409, 503].includes(status))).toEqual([]);
    expect(await audit(name, tenant.name)).toEqual([]);
  });

  test('a refused create leaves no row behind', async () => {
    await create({ userName: 'anna@x.dk', externalId: randomUUID() });
    const before = await rowsOf(name, tenant.name);
    expect((await create({ userName: 'Anna@X.dk', externalId: randomUUID() })).status).toBe(409);
    expect(await rowsOf(name, tenant.name)).toEqual(before);
  });

  test('a refused create names the attribute that is taken, and reveals nothing about the other resource', async () => {
    const externalId = randomUUID();
    await create({ userName: 'anna@x.dk', externalId, displayName: 'Secret' });
    expect((await create({ userName: 'ANNA@x.dk' })).body['detail']).toContain('userName');
    const taken = await create({ userName: 'bo@x.dk', externalId });
    expect(taken.body['detail']).toContain('externalId');
    expect(taken.text).not.toContain('Secret');
    expect(taken.text).not.toContain('anna@x.dk');
  });

  test('a composed and a decomposed å in a userName are equal, and so are the two small sigmas, but ß and ss are not', async () => {
    await create({ userName: 'a\u030Ase@x.dk' });
    expect((await create({ userName: 'Åse@x.dk' })).status).toBe(409);
    expect(await find('userName', 'ÅSE@X.DK')).toMatchObject({
      totalResults: 1,
      Resources: [{ userName: 'a\u030Ase@x.dk' }],
    });
    expect((await create({ userName: 'ΟΔΥΣΣΕΥΣ@x.dk' })).status).toBe(201);
    expect((await create({ userName: 'οδυσσευς@x.dk' })).status).toBe(409);
    expect((await create({ userName: 'strasse@x.dk' })).status).toBe(201);
    expect((await create({ userName: 'straße@x.dk' })).status).toBe(201);
    expect(await audit(name, tenant.name)).toEqual([]);
  });

  test('a rename to a taken userName gets 409 and changes nothing', async () => {
    await create({ userName: 'anna@x.dk' });
    const { body } = await create({ userName: 'bo@x.dk', displayName: 'Bo' });
    const rename = patchOp({ op: 'replace', value: { userName: 'ANNA@x.dk', displayName: 'Anna' } });
    const refused = await call('PATCH', `/Users/${body['id']}`, rename);
    expect(refused).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await call('GET', `/Users/${body['id']}`)).body).toEqual(body);
  });

  test('a change to a taken externalId gets 409 and changes nothing', async () => {
    const externalId = randomUUID();
    await create({ userName: 'anna@x.dk', externalId });
    const { body } = await create({ userName: 'bo@x.dk', externalId: randomUUID() });
    const move = patchOp({ op: 'replace', path: 'externalId', value: externalId });
    const refused = await call('PATCH', `/Users/${body['id']}`, move);
    expect(refused).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await call('GET', `/Users/${body['id']}`)).body).toEqual(body);
    expect(await audit(name, tenant.name)).toEqual([]);
  });

  test('a userName is free again after a rename and after a delete', async () => {
    const { body } = await create({ userName: 'anna@x.dk' });
    await call('PATCH', `/Users/${body['id']}`, patchOp({ op: 'replace', path: 'userName', value: 'anna@y.dk' }));
    const second = await create({ userName: 'anna@x.dk' });
    expect(second.status).toBe(201);
    expect((await call('DELETE', `/Users/${second.body['id']}`)).status).toBe(204);
    expect((await create({ userName: 'Anna@x.dk' })).status).toBe(201);
    expect(await audit(name, tenant.name)).toEqual([]);
  });

  test('a deleted person leaves no row behind and can be created again', async () => {
    const anna = { userName: 'anna@x.dk', externalId: randomUUID() };
    await create(anna);
    expect((await call('DELETE', `/Users/${anna.externalId}`)).status).toBe(204);
    expect(await rowsBesideHistory(name, tenant.name)).toEqual([]);
    expect(await create(anna)).toMatchObject({ status: 201, body: { id: anna.externalId } });
  });
});
