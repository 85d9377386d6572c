// @ts-nocheck
import { uniqueText } from '../scim/comparison.ts';
import { damaged, unavailable } from '../scim/errors.ts';
import type { Attribute } from '../scim/schema.ts';
import { idKey, isGuid, resourceKey, uniqueKey } from './keys.ts';
import { type Row, type Stored, storedFrom } from './resource-row.ts';
import type { Partition } from './store.ts';
import { standingIndexRows } from './transaction.ts';

/** How often a resource that moves is looked for again before the request is answered 503. */
const LOOKS = 5;

/** Point reads of a tenant's resources. None scans. */
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

  /** One read where the id is still the RowKey, as it is unless the resource moved or its externalId is no GUID; else by way of the id row. */
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
    const key = uniqueKey(attribute.name, uniqueText(attribute, value));
    return follow(key, (stored) => standingIndexRows(unique, stored).get(attribute.name) === key);
  }

  /**
   * Follows an index row to its resource. No index row: no such resource. An index row whose resource is gone, or is another one, was read
   * in the middle of a move: it is read again, never taken for "none". Where neither has changed since, it is damage: whoever moves or
   * takes away a resource writes its index rows too. Throws 500 then, and 503 while others keep moving it.
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
        recordDamage({ rowKey: indexKey, reason: 'the index row points to no resource of its own' });
        throw damaged();
      }
      seen = sees;
    }
    throw unavailable('contention', 'The resource is being changed by others; try again.');
  }

  return { find, findByExternalId, findByUnique, readResource };
}
