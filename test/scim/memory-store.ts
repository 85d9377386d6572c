import { comparableText } from '../../shared/scim/comparison.ts';
import { conflict } from '../../shared/scim/errors.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import { type Attribute, type ResourceType, uniqueAttributes } from '../../shared/scim/schema.ts';
import { isGuid } from '../../shared/store/keys.ts';
import { externalIdOf, newState, type Stored, versionOf } from '../../shared/store/resource-row.ts';
import type { TenantStore } from '../../shared/store/store.ts';

/** The part of a store that the operations use, without the storage calls. */
export type MemoryStore = Omit<TenantStore, 'calls' | 'damage'>;

/** A store for one tenant in memory. Its clock and its ids count up, so every run is the same. */
export function memoryStore(type: ResourceType): MemoryStore {
  const rows = new Map<string, Stored>();
  /** Maps each unique value to the id of its resource. */
  const owners = new Map<string, string>();
  let writes = 0;

  const uniqueKey = (attribute: Attribute, value: string): string =>
    `${attribute.name} ${comparableText(attribute, value)}`;

  function uniqueKeys(attributes: JsonObject): readonly (readonly [name: string, key: string])[] {
    const externalId = externalIdOf(attributes);
    const own = externalId === undefined ? [] : [['externalId', `externalId ${externalId}`] as const];
    const others = uniqueAttributes(type).flatMap((attribute) => {
      const value = attributes[attribute.name];
      return typeof value === 'string' ? [[attribute.name, uniqueKey(attribute, value)] as const] : [];
    });
    return [...own, ...others];
  }

  function keep(state: Stored, before: JsonObject = {}): Stored {
    const keys = uniqueKeys(state.attributes);
    for (const [name, key] of keys)
      if ((owners.get(key) ?? state.id) !== state.id)
        throw conflict(`Another resource of this tenant already has this ${name}.`);
    for (const [, key] of uniqueKeys(before)) owners.delete(key);
    for (const [, key] of keys) owners.set(key, state.id);
    writes += 1;
    const stored = { ...state, etag: String(writes), version: versionOf(String(writes)) };
    rows.set(stored.id, stored);
    return stored;
  }

  const ownerOf = async (key: string): Promise<Stored | undefined> => rows.get(owners.get(key) ?? '');
  const now = (): Date => new Date(Date.UTC(2026, 0, 31) + writes);
  const rest = { indexRows: new Map(), preserved: {} };

  return {
    find: async (id) => rows.get(id),
    findByExternalId: (externalId) => ownerOf(`externalId ${externalId}`),
    findByUnique: (attribute, value) => ownerOf(uniqueKey(attribute, value)),
    async *scan(after) {
      const inOrder = [...rows.values()].sort((left, right) => (left.rowKey < right.rowKey ? -1 : 1));
      const resources = inOrder.filter(({ rowKey }) => rowKey > after);
      yield { resources, rows: resources.length, hasMore: false };
    },
    insert: async (attributes) => {
      const externalId = externalIdOf(attributes);
      const isFree = externalId !== undefined && isGuid(externalId) && !rows.has(externalId);
      const id = isFree ? externalId : `00000000-0000-4000-8000-${String(writes).padStart(12, '0')}`;
      return keep(newState(id, attributes, { ...rest, created: now(), lastModified: now() }));
    },
    update: async ({ id, created, attributes: before }, attributes) =>
      keep(newState(id, attributes, { ...rest, created, lastModified: now() }), before),
    remove: async ({ id, attributes }) => {
      for (const [, key] of uniqueKeys(attributes)) owners.delete(key);
      rows.delete(id);
    },
    countInUse: async () => rows.size,
  };
}
