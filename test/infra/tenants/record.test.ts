import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findRecord, historyOf, newestChanges } from '../../../infra/tenants/record.ts';
import { explainReadFailure } from '../../../infra/tenants/tenant-data.ts';
import { type Ground, openGround } from './bank.ts';
import { openRows, type TenantRows } from './tenant-rows.ts';

let ground: Ground;
let rows: TenantRows;

beforeAll(async () => {
  ground = await openGround();
  rows = await openRows(ground, { tenant: 'contoso' });
});

afterAll(() => ground.stop());

const externalId = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';

describe('a record', () => {
  test.each([
    ['its id', (id: string) => id],
    ['its externalId', () => 'Kürzel 7/#?'],
    ['its user name', () => 'Zoë.O’Neill@contoso.com'],
    ['its user name in another case', () => 'ZOË.O’NEILL@CONTOSO.COM'],
    ['its user name in other characters that look the same', () => 'Zoë.O’Neill@contoso.com'.normalize('NFD')],
  ])('is found by %s', async (_, textOf) => {
    const tenant = `t-${randomUUID().slice(0, 8)}`;
    const { kept, create } = await openRows(ground, { tenant });
    const { id } = await create({ externalId: 'Kürzel 7/#?', userName: 'Zoë.O’Neill@contoso.com', active: true });
    expect(await findRecord(kept, textOf(id))).toMatchObject({ service: 'advisors', id, unreadable: [] });
  });

  test('is shown as it is stored and as the service returns it', async () => {
    const attributes = {
      externalId,
      userName: 'anna@contoso.com',
      active: true,
      addresses: [{ type: 'work', formatted: 'Østergade 5' }],
    };
    const { created } = await rows.create(attributes);
    const record = await findRecord(rows.kept, externalId);
    expect(record?.row).toMatchObject({
      id: externalId,
      userName: 'anna@contoso.com',
      office: 'Østergade 5',
      created: created.toISOString(),
      addresses: JSON.stringify(attributes.addresses),
    });
    expect(Object.keys(record?.row ?? {}).filter((name) => /odata|etag|partitionKey/i.test(name))).toEqual([]);
    expect(record?.resource).toMatchObject({ id: externalId, ...attributes, meta: { resourceType: 'User' } });
  });

  test('is not found by an unknown text, or in another tenant', async () => {
    const other = await openRows(ground, { tenant: 'contoso-2' });
    await other.create({ userName: 'eve@contoso.com', externalId: 'eve', active: true });
    for (const text of ['eve', 'eve@contoso.com', '', '~change.', '__proto__', `' or '1' eq '1`, 'x'.repeat(5_000)])
      expect(await findRecord(rows.kept, text)).toBeUndefined();
  });

  test('with a column that cannot be read is shown as it is stored', async () => {
    const id = randomUUID();
    const { rowKey } = await rows.create({ userName: 'broken@contoso.com', externalId: id, active: true });
    await ground
      .table('advisors')
      .updateEntity({ partitionKey: 'contoso', rowKey, addresses: '{', created: 'x' }, 'Merge');
    const record = await findRecord(rows.kept, 'broken@contoso.com');
    expect(record).toMatchObject({ id, row: { addresses: '{', created: 'x' } });
    expect(record?.unreadable).toEqual(['created', 'addresses']);
  });

  test('whose index row points to no resource is reported as damaged', async () => {
    const { rowKey } = await rows.create({ userName: 'lost@contoso.com', externalId: 'lost', active: true });
    await ground.table('advisors').deleteEntity('contoso', rowKey);
    const failed: unknown = await findRecord(rows.kept, 'lost@contoso.com').catch((error: unknown) => error);
    expect(String(explainReadFailure(failed))).toContain('contradict one another. For details, run npm run audit');
  });
});

describe('a history', () => {
  const times = Array.from({ length: 5 }, (_, index) => new Date(Date.UTC(2026, 0, 1 + index)));

  test('has only the changes of one resource, oldest first or newest first', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    const one = { change: 'updated', attributes: ['displayName', 'name.familyName'] } as const;
    await rows.addChanges(
      times.flatMap((at) => [
        { ...one, id, at },
        { ...one, id: other, at },
      ]),
    );
    const found: Date[] = [];
    for await (const { changes } of historyOf(rows.kept, id)) found.push(...changes.map(({ at }) => at));
    expect(found).toEqual(times);
    const newest = await newestChanges(rows.kept, id, 2);
    expect(newest).toMatchObject({ count: 5, unreadable: [] });
    expect(newest.changes.map(({ at }) => at)).toEqual([times[4], times[3]]);
    expect(newest.changes[0]).toMatchObject({ ...one, id, token: 'token1' });
  });

  test('remains after the resource is deleted', async () => {
    const { kept, at, create } = rows;
    const stored = await create({ userName: 'gone@contoso.com', externalId: randomUUID(), active: true });
    await at(new Date()).remove(stored);
    expect(await findRecord(kept, stored.id)).toBeUndefined();
    const { changes } = await newestChanges(kept, stored.id, 10);
    expect(changes.map(({ change }) => change).sort()).toEqual(['created', 'deleted']);
  });

  test('names lines that cannot be read', async () => {
    const id = randomUUID();
    const rowKey = '~change.20260101T120000000Z.0123456789abcdef';
    await ground.table('advisors').createEntity({ partitionKey: 'contoso', rowKey, id, change: 'created' });
    expect(await newestChanges(rows.kept, id, 10)).toMatchObject({ changes: [], count: 0, unreadable: [rowKey] });
  });

  test.each(['', 'x', "' or id ne '"])('of an invalid id is empty: %j', async (text) => {
    expect(await newestChanges(rows.kept, text, 10)).toEqual({ changes: [], count: 0, unreadable: [] });
  });
});
