import { randomBytes } from 'node:crypto';
import { equalJson, isObject, type JsonObject } from '../scim/json.ts';
import type { Attribute, ResourceType } from '../scim/schema.ts';
import { patience } from './calls.ts';
import type { Row } from './resource-row.ts';
import type { NewRow } from './transaction.ts';

export const changeKinds = ['created', 'updated', 'disabled', 'restored', 'moved', 'deleted'] as const;
/** What happened to a resource: the word of the log record. */
export type ChangeKind = (typeof changeKinds)[number];

/** One line of a tenant's history. It names what changed and never a value. */
export interface Change {
  readonly rowKey: string;
  readonly change: ChangeKind;
  /** The id of the resource. */
  readonly id: string;
  /** When the write began, by the clock of the instance that made it. */
  readonly at: Date;
  /** SCIM paths of the attributes that changed. */
  readonly attributes: readonly string[];
  /** The fingerprint of the token that did it. */
  readonly token: string;
}

const PREFIX = '~change.';

/** Change rows are the one range from `changesFrom` to this key. */
export const CHANGES_END = `${PREFIX}~`;

/** The difference of two instances' clocks that readers allow for, in milliseconds. */
const CLOCKS = 5_000;

/**
 * A change row can appear this much later than its key says, in milliseconds: its write may take as long as a request waits for storage, the last
 * attempt may be carried out after it was given up, and another clock may be behind. Who reads on begins this much before what was read last.
 */
export const CHANGE_OVERLAP = patience.request + patience.attempt + CLOCKS;

/** Where the changes since a time begin. */
export const changesFrom = (at: Date): string => `${PREFIX}${at.toISOString().replace(/[-:.]/g, '')}`;

/** The key of a change that begins now: its time and 64 random bits. It is chosen before the first attempt, so that it is the write's receipt. */
export const newChangeKey = (at: Date): string => `${changesFrom(at)}.${randomBytes(8).toString('hex')}`;

export const isChangeKey = (rowKey: string): boolean => /^~change\.\d{8}T\d{9}Z\.[0-9a-f]{16}$/.test(rowKey);

/** The row of a change. */
export function changeRow(partitionKey: string, { rowKey, change, id, at, attributes, token }: Change): NewRow {
  return { partitionKey, rowKey, change, id, at, attributes: attributes.join(' '), token };
}

/** Reads a change row. */
export function changeIn(row: Row): Change {
  const attributes = String(row['attributes'] ?? '');
  return {
    rowKey: String(row.rowKey),
    change: String(row['change']) as ChangeKind, // a row of this key is written by changeRow alone
    id: String(row['id']),
    at: row['at'] instanceof Date ? row['at'] : new Date(String(row['at'])),
    attributes: attributes === '' ? [] : attributes.split(' '),
    token: String(row['token']),
  };
}

/** The SCIM paths of the attributes that differ, in the order of the declaration; of a complex attribute, those of its sub-attributes. */
export const changedPaths = ({ writable }: ResourceType, before: JsonObject, after: JsonObject): readonly string[] =>
  writable.flatMap((attribute) => pathsIn(attribute, before, after));

function pathsIn(
  { name, multiValued, subAttributes }: Attribute,
  before: JsonObject,
  after: JsonObject,
): readonly string[] {
  const [old, now] = [before[name], after[name]];
  if (equalJson(old, now)) return [];
  if (multiValued || subAttributes.length === 0) return [name];
  const part = (value: typeof old, sub: string) => (isObject(value) ? value[sub] : undefined);
  return subAttributes
    .filter((sub) => !equalJson(part(old, sub.name), part(now, sub.name)))
    .map((sub) => `${name}.${sub.name}`);
}
