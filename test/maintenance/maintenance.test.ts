import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { leaseKey } from '../../shared/maintenance/lease.ts';
import { type Maintenance, maintain, retentionOf } from '../../shared/maintenance/maintenance.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { defineService } from '../../shared/services/service.ts';
import { overlap } from '../../shared/store/change-row.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { answerWith, gate, isWrite, type StorageProxy, startStorageProxy } from '../stand-ins/storage-proxy.ts';
import { changesOf, tableOf } from '../store/rows.ts';
import { putHistory } from './old-history.ts';

const DAY = 86_400_000;
/** A separate service, so that tenants of other tests are not maintained. */
const service = {
  ...defineService('advisors', 'Advisors', []),
  name: 'maintained',
  resourceType: advisors.resourceType,
};
const noCredential = () => {
  throw new Error('Azurite takes a connection string.');
};
const NOW = new Date('2026-11-30T02:30:00Z');
const OLD = new Date(NOW.getTime() - 91 * DAY);
const RECENT = new Date(NOW.getTime() - 89 * DAY);

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy();
});
afterAll(() => proxy.stop());

beforeEach(async () => {
  proxy.calm();
  const table = tableOf(service.name);
  await table.createTable();
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities())
    await table.deleteEntity(partitionKey, rowKey);
});

/** The records of one run. */
async function run(parts: Partial<Maintenance> = {}): Promise<readonly Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  await maintain({
    service,
    table: connectTable({ tables: proxy.tables, name: service.name }, noCredential),
    keep: 90 * DAY,
    now: () => NOW,
    log: (text) => records.push(JSON.parse(text)),
    ...parts,
  });
  return records;
}

test('removes the old history of every tenant, and records how many rows it removed', async () => {
  for (const tenant of ['contoso', 'fabrikam']) {
    await putHistory(service.name, tenant, OLD, 2);
    await putHistory(service.name, tenant, RECENT, 1);
  }
  expect(await run()).toEqual([
    {
      record: 'maintenance',
      service: 'maintained',
      outcome: 'finished',
      tenants: 2,
      failed: 0,
      removed: 4,
      findings: 0,
      durationMs: expect.any(Number),
    },
  ]);
  expect(await changesOf(service.name, 'contoso')).toHaveLength(1);
});

test('audits every tenant, and records the tenant of each finding, but no values', async () => {
  const rowKey = randomUUID();
  await tableOf(service.name).createEntity({ partitionKey: 'contoso', rowKey, id: 'none', userName: 'anna@x.dk' });
  await putHistory(service.name, 'fabrikam', RECENT, 1);
  const [audit, record] = await run();
  expect(audit).toMatchObject({ record: 'audit', service: 'maintained', tenant: 'contoso', rows: [rowKey] });
  expect(audit?.['kinds']).toContain('invalid-id');
  expect(JSON.stringify(audit)).not.toContain('anna');
  expect(record).toMatchObject({ outcome: 'finished', tenants: 2, findings: audit?.['findings'] });
});

test('does nothing while another instance runs the maintenance', async () => {
  await putHistory(service.name, 'contoso', OLD, 1);
  const held = gate();
  proxy.meet((call) => isWrite(call) && call.path === '/$batch', held.treatment);
  const first = run();
  await held.arrived;
  expect(await run()).toMatchObject([{ outcome: 'busy', tenants: 0, removed: 0 }]);
  held.open();
  expect(await first).toMatchObject([{ outcome: 'finished', removed: 1 }]);
});

test('stops when its time is over, and the next run continues from there', async () => {
  for (const tenant of ['adatum', 'contoso', 'fabrikam']) await putHistory(service.name, tenant, OLD, 1);
  await tableOf(service.name).upsertEntity({ ...leaseKey, until: new Date(0), resumeAt: 'contoso' });
  expect(await run({ runLimit: 0 })).toMatchObject([{ outcome: 'unfinished', tenants: 0 }]);
  expect(await tableOf(service.name).getEntity(leaseKey.partitionKey, leaseKey.rowKey)).toMatchObject({
    resumeAt: 'contoso',
  });
  const from = proxy.calls.length;
  expect(await run()).toMatchObject([{ outcome: 'finished', tenants: 3, removed: 3 }]);
  const purged = proxy.calls.slice(from).filter(({ path }) => path === '/$batch');
  expect(purged.map(({ body }) => /PartitionKey='(\w+)'/.exec(body)?.[1])).toEqual(['contoso', 'fabrikam', 'adatum']);
});

test('records a failure with the error code of storage, and the next run does the work', async () => {
  await putHistory(service.name, 'contoso', OLD, 1);
  proxy.meet(({ path }) => path === '/$batch', answerWith(500), 9);
  const [record] = await run();
  expect(record).toMatchObject({ outcome: 'failed', removed: 0, error: { name: 'ScimError' } });
  proxy.calm();
  expect(await run()).toMatchObject([{ outcome: 'finished', removed: 1 }]);
});

test('a tenant that fails does not keep the others from being maintained', async () => {
  for (const tenant of ['adatum', 'contoso', 'fabrikam']) await putHistory(service.name, tenant, OLD, 1);
  proxy.meet(({ path, body }) => path === '/$batch' && body.includes("PartitionKey='contoso'"), answerWith(500), 9);
  expect(await run()).toMatchObject([
    { outcome: 'failed', tenants: 2, failed: 1, removed: 2, error: expect.anything() },
  ]);
  expect(await changesOf(service.name, 'fabrikam')).toEqual([]);
  proxy.calm();
  expect(await run()).toMatchObject([{ outcome: 'finished', tenants: 1, failed: 0, removed: 1 }]);
});

test('a run whose lease was taken over leaves the lease to the other instance', async () => {
  await putHistory(service.name, 'contoso', OLD, 101);
  const held = gate();
  proxy.meet(({ path }) => path === '/$batch', held.treatment);
  const slow = run();
  await held.arrived;
  await tableOf(service.name).upsertEntity(
    { ...leaseKey, owner: 'another', until: new Date(NOW.getTime() + DAY) },
    'Replace',
  );
  held.open();
  await slow;
  expect(await run()).toMatchObject([{ outcome: 'busy' }]); // the other instance still has the lease
});

test('history is kept for the configured days, but at least as long as the brake and its readers need it', () => {
  const brake = { floor: 10, percent: 20, minutes: 60 };
  expect(retentionOf(90, brake)).toBe(90 * DAY + overlap);
  expect(retentionOf(0, brake)).toBe(3_600_000 + overlap);
  expect(retentionOf(0, undefined)).toBe(overlap);
});
