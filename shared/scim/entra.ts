import { isAttributeName, isSchemaOf, type Resolved, resolvedName } from './attr-path.ts';
import { badRequest, quote } from './errors.ts';
import { draft, isArray, isObject, type JsonObject, type Member, membersOf } from './json.ts';
import { limitOperations, type Operation } from './patch/operations.ts';
import { beginsWithAttribute, findPath } from './path.ts';
import type { Reading } from './reading.ts';
import type { ResourceType } from './schema.ts';

/** A habit of Microsoft Entra that departs from the RFCs, and the reason why the service tolerates it. */
interface Habit {
  readonly name: string;
  readonly reason: string;
  /** Returns the operations to apply in place of one with this habit; undefined if the operation does not have the habit. */
  readonly undo?: (type: ResourceType, operation: Operation) => readonly Operation[] | undefined;
}

/**
 * The tolerances of this service. Each has a fixture of the same name in test/exchanges/entra. Habits are undone in this order: a key that is a path
 * has to become an operation before its value is unwrapped.
 */
export const habits = [
  {
    name: 'opInAnyCase',
    reason: 'Jobs without the flag aadOptscim062020 send "Add", "Replace" and "Remove".',
    undo: lowerCaseOp,
  },
  {
    name: 'dottedKeys',
    reason:
      'With the flag, an operation without a path has "name.givenName" and URN-qualified names as keys of its value.',
    undo: splitDottedKeys,
  },
  {
    name: 'wrappedValues',
    reason: 'Jobs older than December 2018 wrap a single value as [{"$ref": null, "value": "x"}].',
    undo: unwrapValue,
  },
  {
    name: 'booleansAsText',
    reason: 'Without the flag, or if a mapping uses Switch, booleans are sent as "True" and "False", also in filters.',
  },
  {
    name: 'comparedValuePath',
    reason:
      'If a matching attribute contains a filter, Entra queries with addresses[type eq "work"].formatted eq "x", which RFC 7644 does not define.',
  },
  {
    name: 'filteredTargetIsCreated',
    reason:
      'Entra sends Add and Replace on addresses[type eq "work"].formatted even if there is no such element yet. If this is refused, Entra retries the user indefinitely.',
  },
  { name: 'noOperations', reason: "Microsoft's SCIM Validator sends a PATCH with an empty array of operations." },
  {
    name: 'removalByValue',
    reason: 'Without the flag, the value of a Remove names the elements to remove.',
  },
  {
    name: 'removalOfNothing',
    reason:
      'If a Remove of something that does not exist were refused, the whole update would fail, even if it also disables the user.',
  },
  {
    name: 'blankInTenantUrl',
    reason: 'If a Tenant URL was copied with a trailing space, Entra sends requests to /scim%20/Users.',
  },
  {
    name: 'unmappedIgnored',
    reason:
      "Banks map more attributes than BookMe stores. If one of them were refused, the user's whole update would fail.",
  },
] as const satisfies readonly Habit[];

export type ToleranceName = (typeof habits)[number]['name'];

/** The names of all tolerances. */
export const tolerances: ReadonlySet<ToleranceName> = new Set(habits.map(({ name }) => name));

/** Undoes the accepted habits before the operations are applied. Throws invalidSyntax if an attribute occurs twice. */
export function undoHabits(
  type: ResourceType,
  operations: readonly Operation[],
  { accepts, tolerated }: Reading,
): readonly Operation[] {
  let current = operations;
  for (const habit of habits) {
    if (!('undo' in habit) || !accepts.has(habit.name)) continue;
    current = current.flatMap((operation) => {
      const undone = habit.undo(type, operation);
      if (undone) tolerated.add(habit.name);
      return undone ?? [operation];
    });
  }
  return current;
}

function lowerCaseOp(_type: ResourceType, operation: Operation): readonly Operation[] | undefined {
  const op = operation.op.toLowerCase();
  return op === operation.op ? undefined : [{ ...operation, op }];
}

/** Turns each key that is a path into an operation, after the attributes with plain names. */
function splitDottedKeys(type: ResourceType, { op, path, value }: Operation): readonly Operation[] | undefined {
  if (op === 'remove' || path !== undefined || !isObject(value)) return undefined;
  const plain: Member[] = [];
  const paths: Member[] = [];
  for (const member of membersIn(type, value)) (isPath(type, member[0]) ? paths : plain).push(member);
  limitOperations(paths);
  refuseRepeated([...plain.map(([name]) => name), ...paths.map(([name]) => pathName(type, name))]);
  if (paths.length === 0) return undefined;
  const rest = draft();
  for (const [name, member] of plain) rest[name] = member;
  const operations = paths.map(([name, member]) => ({ op, path: name, value: member }));
  return plain.length > 0 ? [{ op, value: rest }, ...operations] : operations;
}

/** The members of a value. Members inside the schema's URN count like the members beside it. */
function* membersIn(type: ResourceType, value: JsonObject): Generator<Member> {
  for (const member of membersOf(value)) {
    const [name, one] = member;
    if (isSchemaOf(type, name) && isObject(one)) yield* membersIn(type, one);
    else yield member;
  }
}

/** Whether a key is a path to a declared attribute, and not just its plain name. */
const isPath = (type: ResourceType, name: string): boolean => !isAttributeName(name) && beginsWithAttribute(type, name);

/** The declared name of a path's attribute. For a path with a filter, the path itself. */
function pathName(type: ResourceType, path: string): string {
  const found = path.includes('[') ? undefined : findPath(type, path);
  return found ? resolvedName(found) : path;
}

/** Throws invalidSyntax if an attribute occurs twice in any spelling, because the values could contradict each other. */
function refuseRepeated(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase()))
      throw badRequest('invalidSyntax', `The attribute ${quote(name)} occurs twice in one object. Send it only once.`);
    seen.add(name.toLowerCase());
  }
}

function unwrapValue(type: ResourceType, operation: Operation): readonly Operation[] | undefined {
  const { path, value } = operation;
  if (path === undefined || !isArray(value) || value.length !== 1 || !isSingleValued(findPath(type, path)))
    return undefined;
  const [wrapper] = value;
  if (!isObject(wrapper)) return undefined;
  const members = Object.entries(wrapper).map(([name, member]) => [name.toLowerCase(), member] as const);
  const wrapped = members.find(([name]) => name === 'value');
  if (!wrapped || members.some(([name]) => name !== 'value' && name !== '$ref')) return undefined;
  return [{ ...operation, value: wrapped[1] }];
}

const isSingleValued = (target: Resolved | undefined): boolean =>
  target !== undefined && !(target.sub ?? target.attribute).multiValued;
