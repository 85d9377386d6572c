import { comparableText } from '../scim/comparison.ts';
import { damaged, unavailable } from '../scim/errors.ts';
import type { Attribute } from '../scim/schema.ts';
import { idKey, isGuid, resourceKey, uniqueKey } from './keys.ts';
import { type Row, type Stored, storedFrom } from './resource-row.ts';
import type { Partition } from './store.ts';
import { storedIndexRows } from './transaction.ts';

/** How often a resource that is being moved is looked up before the request is answered with 503. */
const LOOKS = 5;

/** Point reads of a tenant's resources. None of them scans the table. */
export function readers({ table, tenant, columns, unique, calls, recordDamage }: Partition) {
  const readRow = (rowKey: string): Promise<Row | undefined> =>
    calls.read((abortSignal) => table.getEntity<Record<string, unknown>>(tenant, rowKey, { abortSignal }));

  async function readResource(rowKey: string): Promise<Stored | undefined> {
    const row = await readRow(rowKey);
    const stored = row && storedFrom(columns, row);
    if (stored && stored.unreadable.length > 0)
      recordDamage({ rowKey, reason: `unreadable: ${stored.unreadable.join(' ')}` });
    return stored;
  }

  /** Takes one read if the id is also the RowKey. If the resource was moved, or its externalId is not a GUID, the id row leads to it. */
  async function find(id: string): Promise<Stored | undefined> {
    if (!isGuid(id)) return undefined;
    const direct = await readResource(id);
    return direct?.id === id ? direct : follow(idKey(id), (stored) => stored.id === id);
  }

  async function findByExternalId(externalId: string): Promise<Stored | undefined> {
    const stored = await readResource(resourceKey(externalId, ''));
    return stored?.attributes['externalId'] === externalId ? stored : undefined;
  }

  function findByUnique(attribute: Attribute, value: string): Promise<Stored | undefined> {
    const key = uniqueKey(attribute.name, comparableText(attribute, value));
    return follow(key, (stored) => storedIndexRows(unique, stored).get(attribute.name) === key);
  }

  /**
   * Follows an index row to its resource. If there is no index row, there is no such resource. If the index row leads to no resource or to a
   * different one, another request may just be moving the resource, so both rows are read again. If neither has changed by then, the index row is
   * damaged, because a request that moves or deletes a resource also writes its index rows. Throws 500 for a damaged index row, and 503 while
   * other requests keep moving the resource.
   */
  async function follow(indexKey: string, isMeant: (stored: Stored) => boolean): Promise<Stored | undefined> {
    let seen = '';
    for (let look = 0; look < LOOKS; look += 1) {
      const pointer = await readRow(indexKey);
      if (!pointer) return undefined;
      const stored = await readResource(String(pointer['target']));
      if (stored && stored.id === pointer['id'] && isMeant(stored)) return stored;
      const sees = `${pointer.etag} ${stored?.etag}`;
      if (sees === seen) {
        recordDamage({ rowKey: indexKey, reason: 'the index row does not lead to its resource' });
        throw damaged();
      }
      seen = sees;
    }
    throw unavailable('contention', 'Other requests are changing this resource. Try again.');
  }

  return { find, findByExternalId, findByUnique, readResource };
}
