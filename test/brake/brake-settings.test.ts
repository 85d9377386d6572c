import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { publishSettings, settingsInForce } from '../../shared/brake/brake-settings.ts';
import { type StorageProxy, startStorageProxy, unanswered } from '../stand-ins/storage-proxy.ts';
import { connectAzurite, rowsOf, tableOf } from '../store/rows.ts';

const NAME = 'brakesettings';
const table = tableOf(NAME);
const key = { partitionKey: '~service', rowKey: 'brake' };

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
  await table.createTable();
});
afterAll(() => proxy.stop());
beforeEach(async () => {
  await table.upsertEntity(key, 'Replace');
});

test('the limits that an instance publishes are the limits in force', async () => {
  await publishSettings(table, { floor: 10, percent: 20, minutes: 60 });
  expect(await settingsInForce(table)).toEqual({ floor: 10, percent: 20, minutes: 60 });
  expect(await rowsOf(NAME, '~service')).toMatchObject([{ ...key, floor: 10, percent: 20, minutes: 60 }]);
});

test('an instance whose brake is off says so instead of the limits', async () => {
  await publishSettings(table, { floor: 10, percent: 20, minutes: 60 });
  await publishSettings(table, undefined);
  expect(await settingsInForce(table)).toBe('off');
  expect((await rowsOf(NAME, '~service'))[0]).not.toHaveProperty('floor');
});

test('an instance whose brake is on again replaces that it was off', async () => {
  await publishSettings(table, undefined);
  await publishSettings(table, { floor: 3, percent: 0, minutes: 1 });
  expect(await settingsInForce(table)).toEqual({ floor: 3, percent: 0, minutes: 1 });
});

test('before any instance has started, there are no limits in force', async () => {
  await table.deleteEntity(key.partitionKey, key.rowKey);
  expect(await settingsInForce(table)).toBeUndefined();
});

test.each(['floor', 'percent', 'minutes'])('a row whose %s is no number has no limits', async (name) => {
  await table.upsertEntity({ ...key, floor: 10, percent: 20, minutes: 60, [name]: 'many' }, 'Replace');
  expect(await settingsInForce(table)).toBeUndefined();
});

test('the limits stay in force if a row only denies that the brake is off', async () => {
  await table.upsertEntity({ ...key, floor: 10, percent: 20, minutes: 60, isOff: false }, 'Replace');
  expect(await settingsInForce(table)).toEqual({ floor: 10, percent: 20, minutes: 60 });
});

test('calls that storage does not answer in time are aborted and made again', async () => {
  const proxied = connectAzurite(proxy.tables, NAME);
  const [write, read] = [unanswered(), unanswered()];
  proxy.meet(() => true, write.treatment);
  const published = publishSettings(proxied, { floor: 1, percent: 2, minutes: 3 });
  await write.closed;
  await published;
  proxy.meet(() => true, read.treatment);
  const inForce = settingsInForce(proxied);
  await read.closed;
  expect(await inForce).toEqual({ floor: 1, percent: 2, minutes: 3 });
});
