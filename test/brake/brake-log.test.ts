import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type BrakeLog, brakeLog, type DisabledOrDeleted, stateFrom } from '../../shared/brake/brake-log.ts';
import { startCalls } from '../../shared/store/calls.ts';
import { type ChangeWord, changeRow, keyAt, newChangeKey, overlap } from '../../shared/store/change-row.ts';
import { isWrite, type StorageProxy, startStorageProxy, unanswered } from '../stand-ins/storage-proxy.ts';
import { connectAzurite, rowsOf, tableOf } from '../store/rows.ts';
import { type Clock, MINUTE, newClock } from './braked.ts';

const TABLE = 'advisors';
const settings = { minutes: 60 };

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await tableOf(TABLE).createTable();
});
afterAll(() => proxy.stop());

let clock: Clock;
let tenant: string;
let disabledOrDeleted: DisabledOrDeleted;
let open: () => BrakeLog;
beforeEach(() => {
  clock = newClock();
  tenant = randomUUID();
  disabledOrDeleted = new Map();
  const table = connectAzurite(proxy.tables, TABLE);
  open = () => brakeLog({ table, tenant, calls: startCalls(), now: clock.now, settings, disabledOrDeleted });
});

/** Writes a change of a resource into the history. */
async function write(change: ChangeWord, minutesAgo: number, { id = randomUUID(), attributes = ['active'] } = {}) {
  const at = new Date(clock.now().getTime() - minutesAgo * MINUTE);
  const row = changeRow(tenant, { rowKey: newChangeKey(at), change, id, at, attributes, token: 'test' });
  await tableOf(TABLE).createEntity(row);
}

const counted = async (): Promise<number> => (await open().read()).counted;
const stateRow = async () => (await rowsOf(TABLE, tenant)).find(({ rowKey }) => rowKey === '~changes.brake');

describe('the count', () => {
  test('is the number of resources that were disabled, or deleted while active, within the window', async () => {
    await write('disabled', 10);
    await write('deleted', 20);
    await write('deleted', 20, { attributes: [] });
    await write('updated', 20);
    await write('restored', 20);
    await write('disabled', 61);
    expect(await counted()).toBe(2);
  });

  test('includes a change at the beginning of the window, until the window has moved on', async () => {
    await write('disabled', 60);
    expect(await counted()).toBe(1);
    clock.pass(1);
    expect(await counted()).toBe(0);
  });

  test('keeps in memory only the resources within the window', async () => {
    await write('disabled', 60);
    await write('disabled', 59);
    await counted();
    expect(disabledOrDeleted.get(tenant)?.times.size).toBe(2);
    clock.pass(1);
    await counted();
    expect(disabledOrDeleted.get(tenant)?.times.size).toBe(1);
  });

  test('counts a resource by its latest change, in whatever order the changes are read', async () => {
    const id = randomUUID();
    await write('disabled', 1, { id });
    expect(await counted()).toBe(1);
    await write('disabled', 59, { id });
    clock.pass(30 * MINUTE);
    expect(await counted()).toBe(1);
  });

  test('does not include a row that cannot be read', async () => {
    await write('disabled', 10);
    const [row] = await rowsOf(TABLE, tenant);
    await tableOf(TABLE).updateEntity({ partitionKey: tenant, rowKey: row?.rowKey ?? '', at: 'soon' }, 'Merge');
    expect(await counted()).toBe(0);
  });

  test('reads only what is new in the history, and what may have appeared late', async () => {
    await counted();
    const first = clock.now().getTime();
    clock.pass(10 * MINUTE);
    await counted();
    expect(proxy.calls.at(-2)?.path).toContain(`RowKey ge '${keyAt(new Date(first - 60 * MINUTE))}'`);
    expect(proxy.calls.at(-1)?.path).toContain(`RowKey ge '${keyAt(new Date(first - overlap))}'`);
  });

  test('reads no more than the window after a long pause', async () => {
    await counted();
    clock.pass(100 * MINUTE);
    await counted();
    const start = new Date(clock.now().getTime() - 60 * MINUTE);
    expect(proxy.calls.at(-1)?.path).toContain(`RowKey ge '${keyAt(start)}'`);
  });

  test('is read with the state in one storage call, which returns nothing else', async () => {
    await write('updated', 10);
    await write('disabled', 10);
    await open().engage();
    const before = proxy.calls.length;
    expect(await open().read()).toEqual({ counted: 1, state: { kind: 'engaged', since: clock.now() } });
    expect(proxy.calls.length - before).toBe(1);
    expect(proxy.calls.at(-1)?.path).toContain(
      "(change eq 'disabled' or change eq 'deleted' or RowKey eq '~changes.brake')",
    );
  });

  test('begins at the end of a release, but not before the window', async () => {
    await write('disabled', 30);
    const log = open();
    await log.release(new Date(clock.now().getTime() - 31 * MINUTE));
    expect(await counted()).toBe(1);
    await log.release(new Date(clock.now().getTime() - 29 * MINUTE));
    expect(await counted()).toBe(0);
    await write('disabled', 61);
    await log.release(new Date(clock.now().getTime() - 90 * MINUTE));
    expect(await counted()).toBe(1);
  });

  test('does not leave out anything while a release lasts, or after the brake has engaged again', async () => {
    await write('disabled', 30);
    const log = open();
    await log.release(new Date(clock.now().getTime() + MINUTE));
    expect(await counted()).toBe(1);
    await tableOf(TABLE).updateEntity(
      { partitionKey: tenant, rowKey: '~changes.brake', state: 'engaged', until: new Date(clock.now().getTime() - 1) },
      'Merge',
    );
    expect(await counted()).toBe(1);
  });
});

describe('the state', () => {
  test('is open until the brake engages', async () => {
    expect((await open().read()).state).toEqual({ kind: 'open' });
    await open().engage();
    expect((await open().read()).state).toEqual({ kind: 'engaged', since: clock.now() });
  });

  test('is released until the time that the operator gave, and then open', async () => {
    const until = new Date(clock.now().getTime() + MINUTE);
    await open().release(until);
    expect(await stateRow()).toMatchObject({ state: 'released', since: clock.now(), until });
    expect((await open().read()).state).toEqual({ kind: 'released', until });
    clock.pass(MINUTE);
    expect((await open().read()).state).toEqual({ kind: 'open' });
  });

  test('is engaged again after a release, whose end is no longer in the row', async () => {
    await open().release(clock.now());
    const log = open();
    await log.read();
    await log.engage();
    expect(await stateRow()).toMatchObject({ state: 'engaged' });
    expect(await stateRow()).not.toHaveProperty('until');
  });

  test('stays released if the operator released the brake after it was read', async () => {
    const until = new Date(clock.now().getTime() + MINUTE);
    const [first, second] = [open(), open()];
    await first.read();
    await open().release(until);
    await first.engage();
    expect((await second.read()).state).toEqual({ kind: 'released', until });
    await open().release(new Date(until.getTime() + 1));
    await second.engage();
    expect((await open().read()).state.kind).toBe('released');
  });

  test.each<readonly [string, 'open' | 'released', (log: BrakeLog) => Promise<void>, string]>([
    ['engaging for the first time', 'open', (log) => log.engage(), 'engaged'],
    ['engaging after a release', 'released', (log) => log.engage(), 'engaged'],
    ['releasing', 'open', (log) => log.release(clock.now()), 'released'],
  ])('is written again if storage does not answer in time: %s', async (_what, before, change, after) => {
    const log = open();
    if (before === 'released') await log.release(clock.now());
    await log.read();
    const { treatment, closed } = unanswered();
    proxy.meet(isWrite, treatment);
    const done = change(log);
    await closed;
    await done;
    expect(await stateRow()).toMatchObject({ state: after });
  });

  test.each([
    ['there is no row', undefined, { kind: 'open' }],
    ['the word is unknown', { state: 'stuck', until: new Date(9) }, { kind: 'open' }],
    ['a release has no end', { state: 'released' }, { kind: 'open' }],
    ['the end of a release is no date', { state: 'released', until: '9' }, { kind: 'open' }],
    ['it engaged earlier', { state: 'engaged', since: new Date(4) }, { kind: 'engaged', since: new Date(4) }],
    ['the time when it engaged is missing', { state: 'engaged' }, { kind: 'engaged', since: new Date(5) }],
    ['a release ends now', { state: 'released', until: new Date(5) }, { kind: 'open' }],
    ['a release ends later', { state: 'released', until: new Date(6) }, { kind: 'released', until: new Date(6) }],
  ])('when %s', (_what, row, state) => {
    expect(stateFrom(row, new Date(5))).toEqual(state);
  });
});
