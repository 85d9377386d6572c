import { comparableText } from '../scim/comparison.ts';
import { damaged, unavailable } from '../scim/errors.ts';
import type { Attribute } from '../scim/schema.ts';
import { idKey, isGuid, resourceKey, uniqueKey } from './keys.ts';
import { type Row, type Stored, storedFrom } from './resource-row.ts';
import type { Partition } from './store.ts';
import { storedIndexRows } from './transaction.ts';

/** How often an index row is followed while other requests move the resource. */
const MAX_LOOKUPS = 5;

/** The point reads of a tenant's resources. They throw 500 for a damaged index row, and 503 when storage does not answer. */
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

  /** Reads the row whose RowKey is the id. If the resource has another RowKey, follows the id row. */
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
   * Follows an index row to its resource. If the index row points to no resource or to a different one, another request may be moving the resource, so
   * both rows are read again. If neither has changed, the index row is damaged, because a request that moves or deletes a resource writes its index
   * rows in the same transaction. Throws 500 for a damaged index row, and 503 while other requests keep moving the resource.
   */
  async function follow(indexKey: string, isTarget: (stored: Stored) => boolean): Promise<Stored | undefined> {
    let etagsBefore = '';
    for (let lookup = 0; lookup < MAX_LOOKUPS; lookup += 1) {
      const pointer = await readRow(indexKey);
      if (!pointer) return undefined;
      const stored = await readResource(String(pointer['target']));
      if (stored && stored.id === pointer['id'] && isTarget(stored)) return stored;
      const etags = `${pointer.etag} ${stored?.etag}`;
      if (etags === etagsBefore) {
        recordDamage({ rowKey: indexKey, reason: 'the index row does not lead to its resource' });
        throw damaged();
      }
      etagsBefore = etags;
    }
    throw unavailable('contention', 'Other requests are changing this resource. Try again.');
  }

  return { find, findByExternalId, findByUnique, readResource };
}
