import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Attribute } from '../../shared/scim/schema.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';
import type { Service } from '../../shared/services/service.ts';
import { overlap } from '../../shared/store/change-row.ts';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService } from '../service/service.ts';
import { readPage, tableBelow } from './markdown.ts';
import { readResource, readResources } from './read-tables.ts';

const page = readPage('docs/tables.md');
const columns = tableBelow(page, 'Columns');
const services = { advisors, rooms };

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

test('the page shows the code that these tests use to read the tables', () => {
  expect(page).toContain(readPage('test/docs/read-tables.ts'));
  expect(page).toContain(readPage('test/docs/follow-changes.ts'));
});

describe.each(['advisors', 'rooms'] as const)('the table %s', (name) => {
  const table = TableClient.fromConnectionString(String(process.env['SCIM_TEST_TABLES']), name, {
    allowInsecureConnection: true,
  });
  const described = columns.filter((column) => column[name] === 'yes');

  function newTenant(): { readonly tenant: string; readonly call: Client } {
    const tenant = service.newTenant();
    return { tenant: tenant.name, call: clientOf(service, name, tenant) };
  }

  async function create(call: Client, attributes: object): Promise<string> {
    const { status, body } = await call('POST', '/Users', user(attributes));
    expect(status).toBe(201);
    return String(body['id']);
  }

  test('has the columns that the page names, of these types, and no others', async () => {
    const { tenant, call } = newTenant();
    const id = await create(call, everyAttribute(services[name]));
    const row = (await readResources(table, tenant)).get(id) ?? {};
    expect(ownColumns(row)).toEqual(Object.fromEntries(described.map(({ column, type }) => [column, type])));
  });

  test('leaves out the columns that the page says may be absent, and no others', async () => {
    const { tenant, call } = newTenant();
    const id = await create(call, { userName: 'ida@contoso.com' });
    const row = (await readResources(table, tenant)).get(id) ?? {};
    const always = described.filter(({ absent }) => absent === 'never').map(({ column }) => column);
    expect(Object.keys(ownColumns(row)).sort()).toEqual([...always].sort());
  });

  test('contains the values as the directory sent them, and the office in addition to the addresses', async () => {
    const { tenant, call } = newTenant();
    const id = await create(call, fullUser());
    const row = (await readResources(table, tenant)).get(id) ?? {};
    expect(row).toMatchObject({ id, userName: 'Søren@contoso.com', displayName: 'Søren', active: true });
    expect(row['office']).toBe('Østergade 5');
    expect(JSON.parse(String(row['addresses']))).toEqual(fullUser().addresses);
  });

  test('returns all resources of a tenant for the range query, and no others', async () => {
    const [one, other] = [newTenant(), newTenant()];
    const ids = [
      await create(one.call, { userName: 'a', externalId: randomUUID() }),
      await create(one.call, { userName: 'b', externalId: 'no GUID' }),
      await create(one.call, { userName: 'c' }),
    ];
    await create(other.call, { userName: 'a' });
    expect([...(await readResources(table, one.tenant)).keys()].sort()).toEqual(ids.sort());
  });

  test('keeps a disabled resource, and nothing of a deleted one', async () => {
    const { tenant, call } = newTenant();
    const [stays, goes] = [await create(call, { userName: 'a' }), await create(call, { userName: 'b' })];
    await call('PATCH', `/Users/${stays}`, patchOp({ op: 'Replace', path: 'active', value: 'False' }));
    await call('DELETE', `/Users/${goes}`);
    const resources = await readResources(table, tenant);
    expect([...resources.keys()]).toEqual([stays]);
    expect(resources.get(stays)?.['active']).toBe(false);
    expect(await readResource(table, tenant, stays)).toMatchObject({ id: stays, active: false });
    expect(await readResource(table, tenant, goes)).toBeUndefined();
  });

  test('finds a moved resource by its id, even if a paging reader missed it', async () => {
    const { tenant, call } = newTenant();
    const [first, last] = ['11111111', 'ffffffff'].map((start) => `${start}${randomUUID().slice(8)}`);
    await create(call, { userName: 'a', externalId: first });
    const id = await create(call, { userName: 'b', externalId: last });
    const pages = table
      .listEntities({ queryOptions: { filter: `PartitionKey eq '${tenant}' and RowKey lt '~'` } })
      .byPage({ maxPageSize: 1 });
    await pages.next();
    const earlier = `00000000-0000${randomUUID().slice(13)}`;
    await call('PATCH', `/Users/${id}`, patchOp({ op: 'Replace', path: 'externalId', value: earlier }));
    const seen = [];
    for await (const rows of pages) seen.push(...rows);
    expect(seen).toEqual([]);
    expect(await readResource(table, tenant, id)).toMatchObject({ id, externalId: earlier });
    expect((await readResources(table, tenant)).get(id)).toMatchObject({ id, externalId: earlier });
  });

  const fullUser = () => ({
    externalId: '7d3c0b1e-0000-4000-8000-000000000001',
    userName: 'Søren@contoso.com',
    displayName: 'Søren',
    active: 'True',
    addresses: [
      { formatted: 'Hjemme', type: 'home' },
      { formatted: 'Østergade 5', type: 'work', primary: true },
    ],
    ...(name === 'advisors' && { name: { givenName: 'Søren', familyName: 'Kjær' } }),
  });
});

/** A value for every attribute that the service declares. */
const everyAttribute = ({ resourceType }: Service): object => samplesOf(resourceType.writable);

const samplesOf = (attributes: readonly Attribute[]): object =>
  Object.fromEntries(attributes.map((attribute) => [attribute.name, sampleOf(attribute)]));

function sampleOf({ name, type, multiValued, canonicalValues: [first] = [name], subAttributes }: Attribute): unknown {
  const values: Partial<Record<typeof type, unknown>> = {
    boolean: true,
    integer: 1,
    complex: samplesOf(subAttributes),
  };
  const value = values[type] ?? first;
  return multiValued ? [value] : value;
}

/** The columns of a row except Table Storage's own, each with the name that the page uses for its type. */
function ownColumns(row: Readonly<Record<string, unknown>>): Record<string, string> {
  const { partitionKey: _tenant, rowKey: _key, etag: _tag, timestamp: _time, 'odata.metadata': _url, ...own } = row;
  return Object.fromEntries(
    Object.entries(own).map(([column, value]) => [column, value instanceof Date ? 'date' : typeof value]),
  );
}

test('the text and the code of the page name the overlap that the service computes', () => {
  expect(page).toContain(`up to ${overlap / 1000} seconds after its time`);
  expect(readPage('test/docs/follow-changes.ts')).toContain(`OVERLAP = ${overlap.toString().replace('500', '_500')};`);
});
