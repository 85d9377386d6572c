import { isAttributeName, isSchemaOf, type Resolved, resolvedName } from './attr-path.ts';
import { badRequest, quote } from './errors.ts';
import { draft, isArray, isObject, type JsonObject, type Member, membersOf } from './json.ts';
import { limitOperations, type Operation } from './patch/operations.ts';
import { beginsWithAttribute, findPath } from './path.ts';
import type { Reading } from './reading.ts';
import type { ResourceType } from './schema.ts';

/** A habit of Microsoft Entra's provisioning that departs from the RFCs, and the reason why it is accepted. */
interface Habit {
  readonly name: string;
  readonly reason: string;
  /** Undoes the habit before the engine sees the operation: returns the operations to apply instead, or undefined if it does not have the habit. */
  readonly undo?: (type: ResourceType, operation: Operation) => readonly Operation[] | undefined;
}

/**
 * Every tolerance of this service. Each has a fixture of the same name in test/exchanges/entra. The habits with an `undo` are undone in the order
 * of this list, so that a key that is a path becomes an operation of its own before its value is unwrapped.
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

/** The tolerances of a service that talks to Entra. */
export const tolerances: ReadonlySet<ToleranceName> = new Set(habits.map(({ name }) => name));

/** Undoes the accepted habits that can be undone before the engine sees the operations. Throws invalidSyntax if an attribute occurs twice. */
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

/** Turns each key that is a path into an operation of its own, after the attributes with plain names. */
function splitDottedKeys(type: ResourceType, { op, path, value }: Operation): readonly Operation[] | undefined {
  if (op === 'remove' || path !== undefined || !isObject(value)) return undefined;
  const plain: Member[] = [];
  const paths: Member[] = [];
  for (const member of membersIn(type, value)) (isPath(type, member[0]) ? paths : plain).push(member);
  limitOperations(paths);
  refuseRepeated([...plain.map(([name]) => name), ...paths.map(([name]) => pathName(type, name))]);
  if (paths.length === 0) return undefined;
  const rest = draft();
  for (const [name, one] of plain) rest[name] = one;
  const operations = paths.map(([name, one]) => ({ op, path: name, value: one }));
  return plain.length > 0 ? [{ op, value: rest }, ...operations] : operations;
}

/** The members of a value. Members under the core URN count like the members beside it. */
function* membersIn(type: ResourceType, value: JsonObject): Generator<Member> {
  for (const member of membersOf(value)) {
    const [name, one] = member;
    if (isSchemaOf(type, name) && isObject(one)) yield* membersIn(type, one);
    else yield member;
  }
}

/** Whether a key names an attribute that is kept here, and is more than the attribute's plain name. */
const isPath = (type: ResourceType, name: string): boolean => !isAttributeName(name) && beginsWithAttribute(type, name);

/** The declared name of what a path names. For a path with a filter, the path itself. */
function pathName(type: ResourceType, path: string): string {
  const found = path.includes('[') ? undefined : findPath(type, path);
  return found ? resolvedName(found) : path;
}

/** An attribute may occur only once in an object, however it is spelled. Otherwise it would not be clear which value counts. */
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
  const members = Object.entries(wrapper).map(([name, one]) => [name.toLowerCase(), one] as const);
  const wrapped = members.find(([name]) => name === 'value');
  if (!wrapped || members.some(([name]) => name !== 'value' && name !== '$ref')) return undefined;
  return [{ ...operation, value: wrapped[1] }];
}

const isSingleValued = (target: Resolved | undefined): boolean =>
  target !== undefined && !(target.sub ?? target.attribute).multiValued;
