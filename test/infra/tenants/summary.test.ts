import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Summary, summarise } from '../../../infra/tenants/summary.ts';
import { brakeLog } from '../../../shared/brake/brake-log.ts';
import { publishSettings } from '../../../shared/brake/brake-settings.ts';
import { startCalls } from '../../../shared/store/calls.ts';
import type { ChangeWord } from '../../../shared/store/change-row.ts';
import { type Ground, openGround } from './bank.ts';
import { keptOf, openRows, type TenantRows } from './tenant-rows.ts';

let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});

afterAll(() => ground.stop());

const NOW = new Date('2026-05-20T13:30:00.000Z');
const now = () => NOW;
const brake = { floor: 10, percent: 20, minutes: 60 };
const parts = { days: 14, secrets: [] };
const dayOf = ({ days }: Summary, date: string) => days.find(({ start }) => start.toISOString().startsWith(date));
const hourOf = ({ hours }: Summary, date: string) => hours.find(({ start }) => start.toISOString().startsWith(date));
const ago = (days: number, hours = 0) => new Date(NOW.getTime() - days * 86_400_000 - hours * 3_600_000);

async function leave(rows: TenantRows, id: string, time: Date): Promise<void> {
  const store = rows.at(time);
  const stored = await store.find(id);
  if (!stored) throw new Error(`There is no ${id}.`);
  await store.update(stored, { ...stored.attributes, active: false }, 'disabled');
}

describe('a summary', () => {
  test('of a table that does not exist is empty', async () => {
    const summary = await summarise(keptOf(ground, { tenant: 'nobody', now }), parts);
    expect(summary).toMatchObject({
      service: 'advisors',
      tenant: 'nobody',
      at: NOW,
      resources: { active: 0, disabled: 0, unreadable: 0 },
      lastChange: undefined,
      brake: undefined,
      tokens: [],
    });
    expect(summary.days).toHaveLength(14);
    expect(summary.days.every(({ total }) => total === 0)).toBe(true);
  });

  test('counts active and disabled resources, and changes by day and by hour', async () => {
    const rows = await openRows(ground, { tenant: 'contoso', now });
    const anna = await rows.create({ userName: 'anna@contoso.com', active: true }, ago(13));
    await rows.create({ userName: 'bo@contoso.com', active: true }, ago(3, 2));
    await rows.create({ userName: 'eve@contoso.com', active: false }, ago(3, 1));
    await leave(rows, anna.id, ago(0, 0.2));
    const summary = await summarise(rows.kept, parts);
    expect(summary.resources).toEqual({ active: 1, disabled: 2, unreadable: 0 });
    expect(summary.lastChange).toEqual({ at: ago(0, 0.2), change: 'disabled', id: anna.id });
    expect(summary.days[0]).toMatchObject({ start: new Date('2026-05-07T00:00:00Z'), total: 1 });
    expect(dayOf(summary, '2026-05-17')).toMatchObject({ total: 2, changes: { created: 2, disabled: 0 } });
    expect(dayOf(summary, '2026-05-20')).toMatchObject({ total: 1, changes: { created: 0, disabled: 1 } });
    expect(summary.days.at(-1)?.start).toEqual(new Date('2026-05-20T00:00:00Z'));
    expect(hourOf(summary, '2026-05-17T11')).toMatchObject({ total: 1 });
    expect(hourOf(summary, '2026-05-17T12')).toMatchObject({ total: 1 });
    expect(summary.hours).toHaveLength(13 * 24 + 14);
    expect(summary.brake).toMatchObject({ counted: 1, state: { kind: 'open' } });
  });

  test('counts a change in the day of its time, to the millisecond', async () => {
    const rows = await openRows(ground, { tenant: 'edges', now });
    const change = { change: 'updated' as ChangeWord, id: randomUUID(), attributes: ['displayName'] };
    const times = ['2026-05-06T23:59:59.999Z', '2026-05-07T00:00:00.000Z', '2026-05-18T23:59:59.999Z'];
    await rows.addChanges([...times, '2026-05-19T00:00:00.000Z'].map((time) => ({ ...change, at: new Date(time) })));
    const { days } = await summarise(rows.kept, parts);
    expect(days.map(({ total }) => total)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
  });

  test('counts a day with more changes than one page of storage holds', async () => {
    const { kept, addChanges } = await openRows(ground, { tenant: 'busy', now });
    const change = { change: 'updated', id: randomUUID(), attributes: ['displayName'] } as const;
    await addChanges(
      Array.from({ length: 2_300 }, (_, index) => ({ ...change, at: new Date(ago(1).getTime() + index) })),
    );
    const summary = await summarise(kept, parts);
    expect(dayOf(summary, '2026-05-19')).toMatchObject({ total: 2_300, changes: { updated: 2_300 } });
    expect(summary.lastChange?.at).toEqual(new Date(ago(1).getTime() + 2_299));
  });

  test('finds a last change that is older than its days, even of a deleted resource', async () => {
    const rows = await openRows(ground, { tenant: 'quiet', now });
    const { id } = await rows.create({ userName: 'anna@contoso.com', active: true }, ago(80));
    await rows.addChanges([
      { change: 'deleted', id, at: ago(50), attributes: [] },
      { change: 'updated', id, at: ago(50, 0.5), attributes: [] },
      { change: 'updated', id, at: ago(79), attributes: [] },
    ]);
    expect((await summarise(rows.kept, parts)).lastChange).toEqual({ at: ago(50), change: 'deleted', id });
  });

  test('takes the last change from the resources if the history no longer contains it', async () => {
    const rows = await openRows(ground, { tenant: 'forgotten', now });
    await rows.create({ userName: 'anna@contoso.com', active: true }, ago(200));
    for await (const { changes } of rows.kept.changes({}))
      for (const { rowKey } of changes) await ground.table('advisors').deleteEntity('forgotten', rowKey);
    expect((await summarise(rows.kept, parts)).lastChange).toEqual({ at: ago(200) });
  });

  test('counts rows that cannot be read, and lines of the history that cannot', async () => {
    const rows = await openRows(ground, { tenant: 'damaged', now });
    const { rowKey } = await rows.create({ userName: 'anna@contoso.com', active: true }, ago(1));
    await rows.create({ userName: 'bo@contoso.com', active: true }, ago(1));
    const table = ground.table('advisors');
    await table.updateEntity({ partitionKey: 'damaged', rowKey, addresses: 'no JSON' }, 'Merge');
    await table.createEntity({
      partitionKey: 'damaged',
      rowKey: '~change.20260519T120000000Z.0123456789abcdef',
      change: 'created',
    });
    const summary = await summarise(rows.kept, parts);
    expect(summary.resources).toEqual({ active: 1, disabled: 0, unreadable: 1 });
    expect(summary.unreadableChanges).toBe(1);
    expect(dayOf(summary, '2026-05-19')?.total).toBe(2);
  });

  test('has the state of the brake, and the limits that the service has written', async () => {
    const { kept, create } = await openRows(ground, { tenant: 'braked', now });
    await create({ userName: 'anna@contoso.com', active: true }, ago(1));
    const log = brakeLog({
      table: kept.table,
      tenant: 'braked',
      calls: startCalls(),
      now,
      settings: brake,
      disabledOrDeleted: new Map(),
    });
    await log.read();
    await log.engage();
    expect((await summarise(kept, parts)).brake).toMatchObject({ state: { kind: 'engaged', since: NOW } });
    await log.release(new Date('2026-05-21T13:30:00Z'));
    expect((await summarise(kept, parts)).brake?.state.kind).toBe('released');
    expect((await summarise(kept, parts)).brake).toMatchObject({ isAssumed: true, limits: brake, limit: 10 });
    await publishSettings(kept.table, { floor: 3, percent: 5, minutes: 7 });
    expect((await summarise(kept, parts)).brake).toMatchObject({ isAssumed: false, limits: { minutes: 7 }, limit: 3 });
    await publishSettings(kept.table, undefined);
    expect((await summarise(kept, parts)).brake).toMatchObject({ isAssumed: false, limits: 'off' });
  });

  test('has the tokens that the service accepts, newest first, without their values', async () => {
    const { kept } = await openRows(ground, { tenant: 'tokens', now });
    const version = {
      version: '1',
      isEnabled: true,
      createdOn: ago(400),
      notBefore: undefined,
      expiresOn: ago(3),
      fingerprint: 'aaaa',
    };
    const secrets = [
      { scope: 'all', tenant: 'tokens', versions: [version] },
      {
        scope: 'advisors',
        tenant: 'tokens',
        versions: [{ ...version, version: '2', createdOn: ago(2), expiresOn: undefined }],
      },
      { scope: 'rooms', tenant: 'tokens', versions: [{ ...version, version: '3' }] },
    ];
    const { tokens } = await summarise(kept, { ...parts, secrets });
    expect(tokens).toEqual([
      { scope: 'advisors', version: '2', state: 'valid', created: ago(2), expires: undefined, fingerprint: 'aaaa' },
      { scope: 'all', version: '1', state: 'expired', created: ago(400), expires: ago(3), fingerprint: 'aaaa' },
    ]);
    expect((await summarise(kept, { ...parts, secrets: undefined })).tokens).toBeUndefined();
  });

  test('contains nothing of other tenants and other services', async () => {
    const rows = await openRows(ground, { tenant: 'alone', now });
    await rows.create({ userName: 'anna@contoso.com', active: true });
    await (await openRows(ground, { tenant: 'alone-2', now })).create({ userName: 'bo@contoso.com', active: true });
    await (await openRows(ground, { tenant: 'alone', service: 'rooms', now })).create({ userName: 'r', active: true });
    const { resources, days } = await summarise(rows.kept, parts);
    expect(resources).toEqual({ active: 1, disabled: 0, unreadable: 0 });
    expect(days.at(-1)?.total).toBe(1);
  });
});
