import { uniqueText } from '../../shared/scim/comparison.ts';
import { conflict } from '../../shared/scim/errors.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import { type Attribute, type ResourceType, uniqueAttributes } from '../../shared/scim/schema.ts';
import { isGuid } from '../../shared/store/keys.ts';
import { externalIdOf, newState, type Stored, versionOf } from '../../shared/store/resource-row.ts';
import type { TenantStore } from '../../shared/store/store.ts';

/** What the operations ask of a store, but for the storage calls. */
export type MemoryStore = Omit<TenantStore, 'calls' | 'damage'>;

/** One tenant's resources in memory, for tests of the engine. Its clock and its ids count up, so that every run is the same. */
export function memoryStore(type: ResourceType): MemoryStore {
  const rows = new Map<string, Stored>();
  let writes = 0;

  const keep = (state: Stored): Stored => {
    writes += 1;
    const etag = String(writes);
    const stored = { ...state, etag, version: versionOf(etag) };
    rows.set(stored.id, stored);
    return stored;
  };
  const findWhere = async (isMeant: (stored: Stored) => boolean): Promise<Stored | undefined> =>
    [...rows.values()].find(isMeant);
  const holds = ({ attributes }: Stored, attribute: Attribute, text: string): boolean => {
    const value = attributes[attribute.name];
    return typeof value === 'string' && uniqueText(attribute, value) === uniqueText(attribute, text);
  };

  function refuseTaken(id: string, attributes: JsonObject): void {
    const others = [...rows.values()].filter((stored) => stored.id !== id);
    const externalId = externalIdOf(attributes);
    if (externalId !== undefined && others.some((stored) => externalIdOf(stored.attributes) === externalId))
      throw conflict('Another resource of this tenant already has this externalId.');
    for (const attribute of uniqueAttributes(type)) {
      const value = attributes[attribute.name];
      if (typeof value === 'string' && others.some((stored) => holds(stored, attribute, value)))
        throw conflict(`Another resource of this tenant already has this ${attribute.name}.`);
    }
  }

  const now = (): Date => new Date(Date.UTC(2026, 0, 31) + writes);
  const rest = { indexRows: new Map(), carried: {} };

  return {
    find: async (id) => rows.get(id),
    findByExternalId: (externalId) => findWhere(({ attributes }) => externalIdOf(attributes) === externalId),
    findByUnique: (attribute, value) => findWhere((stored) => holds(stored, attribute, value)),
    async *scan(after) {
      const inOrder = [...rows.values()].sort((left, right) => (left.rowKey < right.rowKey ? -1 : 1));
      const resources = inOrder.filter(({ rowKey }) => rowKey > after);
      yield { resources, rows: resources.length, hasMore: false };
    },
    insert: async (attributes) => {
      const externalId = externalIdOf(attributes);
      const isFree = externalId !== undefined && isGuid(externalId) && !rows.has(externalId);
      const id = isFree ? externalId : `00000000-0000-4000-8000-${String(writes).padStart(12, '0')}`;
      refuseTaken(id, attributes);
      return keep(newState(id, attributes, { ...rest, created: now(), lastModified: now() }));
    },
    update: async ({ id, created }, attributes) => {
      refuseTaken(id, attributes);
      return keep(newState(id, attributes, { ...rest, created, lastModified: now() }));
    },
    remove: async ({ id }) => {
      rows.delete(id);
    },
    countInUse: async () => rows.size,
  };
}
