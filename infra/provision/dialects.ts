import { hasFilter } from './attribute-path.ts';
import { type Mapping, mapping, userOf, type Value, type Values } from './mapping.ts';

/** One mapped attribute that differs between the directory and the service. */
export type Change =
  | { readonly kind: 'add' | 'replace'; readonly path: string; readonly value: Value }
  | { readonly kind: 'remove'; readonly path: string };

/** The changes that turn the target's values into the source's, in the order of the mapping. */
export function changesBetween(source: Values, target: Values, by: Mapping = mapping): readonly Change[] {
  return by.flatMap(({ path }) => changeAt(path, source[path], target[path]) ?? []);
}

/** Whether the mapped values of a user are the same as before. */
export const isSame = (one: Values, other: Values, by: Mapping = mapping): boolean =>
  changesBetween(one, other, by).length === 0;

function changeAt(path: string, source: Value | undefined, target: Value | undefined): Change | undefined {
  if (source === target) return undefined;
  if (source === undefined) return { kind: 'remove', path };
  return { kind: target === undefined ? 'add' : 'replace', path, value: source };
}

/**
 * The forms of Entra's requests: `scim` (all jobs since December 2018), `flagged` (jobs with ?aadOptscim062020 in the Tenant URL) and `legacy`
 * (older jobs). learn.microsoft.com, application-provisioning-config-problem-scim-compatibility.
 */
export const dialects = ['scim', 'flagged', 'legacy'] as const;
export type Dialect = (typeof dialects)[number];

/** An operation of a PATCH (RFC 7644 section 3.5.2). */
export interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

/** Whether a text is the name of a dialect. */
export const isDialect = (text: string): text is Dialect => dialects.some((dialect) => dialect === text);

/** The body of `PATCH /Users/{id}`. */
export function patchOf(dialect: Dialect, changes: readonly Change[]) {
  const write = { scim: capitalised, flagged: gathered, legacy: wrapped }[dialect];
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: write(changes) };
}

/** The body of `POST /Users`. Without the flag, `active` is sent as the string that the mapping's Switch returns. */
export function createOf(dialect: Dialect, values: Values) {
  if (dialect === 'flagged') return userOf(values);
  return userOf(Object.fromEntries(Object.entries(values).map(([path, value]) => [path, asText(value)])));
}

/** The body of the PATCH that sets a reference to another user, by the service's id. */
export function referenceOf(dialect: Dialect, path: string, id: string) {
  const Operations: readonly Operation[] =
    dialect === 'flagged'
      ? [{ op: 'add', path, value: id }]
      : [{ op: 'Add', path, value: [{ $ref: null, value: id }] }];
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
}

const capitalised = (changes: readonly Change[]): readonly Operation[] =>
  changes.map((change) => operation(change, (value) => value));

const wrapped = (changes: readonly Change[]): readonly Operation[] =>
  changes.map((change) => operation(change, (value) => [{ $ref: null, value }]));

function operation(change: Change, wrap: (value: string) => unknown): Operation {
  if (change.kind === 'remove') return { op: 'Remove', path: change.path };
  const op = change.kind === 'add' ? 'Add' : 'Replace';
  return { op, path: change.path, value: wrap(asText(change.value)) };
}

/** Makes separate operations for `active` and for paths with a filter, and one operation per op with all other attributes under dotted keys. */
function gathered(changes: readonly Change[]): readonly Operation[] {
  const flat = changes.map(flattened);
  const alone = flat.filter(({ path }) => path === 'active' || hasFilter(path));
  const rest = flat.filter((change) => !alone.includes(change));
  return [...alone, ...gather('add', rest), ...gather('replace', rest)];
}

interface FlatChange {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: Value;
}

/** An operation without a path cannot remove an attribute, so a cleared attribute is sent as an empty string. */
function flattened(change: Change): FlatChange {
  if (change.kind === 'remove') return { op: 'replace', path: change.path, value: '' };
  return { op: change.kind, path: change.path, value: change.value };
}

function gather(op: 'add' | 'replace', changes: readonly FlatChange[]): readonly Operation[] {
  const pairs = changes.filter((change) => change.op === op).map(({ path, value }) => [path, value] as const);
  return pairs.length === 0 ? [] : [{ op, value: Object.fromEntries(pairs) }];
}

/** Entra writes booleans as "True" and "False". */
function asText(value: Value): string {
  if (typeof value === 'string') return value;
  return value ? 'True' : 'False';
}
