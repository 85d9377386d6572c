import { isAttributeName, isSchemaOf, type Resolved, resolvedName } from './attr-path.ts';
import { badRequest, quote } from './errors.ts';
import { draft, isArray, isObject, type Json, type JsonObject } from './json.ts';
import { limitOperations, type Operation } from './patch/operations.ts';
import { findPath, namesKept } from './path.ts';
import type { Reading } from './reading.ts';
import type { ResourceType } from './schema.ts';

/** One habit of Microsoft Entra's provisioning that departs from the RFCs, and why it is accepted. */
interface Habit {
  readonly name: string;
  readonly reason: string;
  /** Where it can be undone before the engine: the operations instead of this one, or undefined where it does not have the habit. */
  readonly undo?: (type: ResourceType, operation: Operation) => readonly Operation[] | undefined;
}

/**
 * Every tolerance of this service. Each has a fixture of its name in test/exchanges/entra. Those with an `undo` are undone in the order in
 * which they are listed: a key that is a path becomes an operation of its own before its value is unwrapped.
 */
export const habits = [
  {
    name: 'opInAnyCase',
    reason: 'Jobs without the flag aadOptscim062020 write "Add", "Replace" and "Remove".',
    undo: lowerCaseOp,
  },
  {
    name: 'dottedKeys',
    reason: 'With the flag, "name.givenName" and URN-qualified names stand as keys in one value without a path.',
    undo: splitDottedKeys,
  },
  {
    name: 'wrappedValues',
    reason: 'Jobs older than December 2018 wrap a single value as [{"$ref": null, "value": "x"}].',
    undo: unwrapValue,
  },
  {
    name: 'booleansAsText',
    reason: 'Without the flag, and where a mapping uses Switch, booleans come as "True" and "False", in filters too.',
  },
  {
    name: 'comparedValuePath',
    reason:
      'A matching attribute with a filter is asked for as addresses[type eq "work"].formatted eq "x", which the grammar of filters does not have.',
  },
  {
    name: 'filteredTargetIsCreated',
    reason:
      'Add and Replace on addresses[type eq "work"].formatted also come where there is no such element yet; refused, Entra retries the user for ever.',
  },
  { name: 'noOperations', reason: "Microsoft's SCIM Validator sends a PATCH with an empty array of operations." },
  {
    name: 'removalByValue',
    reason: 'Without the flag, elements that are to go are named by the value of a Remove.',
  },
  {
    name: 'removalOfNothing',
    reason:
      'A Remove of what is already gone has to succeed: one refused operation fails the whole update, a disable included.',
  },
  {
    name: 'unmappedIgnored',
    reason: "Banks map more attributes than BookMe keeps; refusing one would refuse the person's whole update.",
  },
] as const satisfies readonly Habit[];

export type ToleranceName = (typeof habits)[number]['name'];

/** What a service that talks to Entra accepts. */
export const tolerances: ReadonlySet<ToleranceName> = new Set(habits.map(({ name }) => name));

/** Undoes the accepted habits that can be undone before the engine sees the operations. Throws invalidSyntax for an attribute that stands twice. */
export function undoHabits(
  type: ResourceType,
  operations: readonly Operation[],
  { accepts, met }: Reading,
): readonly Operation[] {
  let current = operations;
  for (const habit of habits) {
    if (!('undo' in habit) || !accepts.has(habit.name)) continue;
    current = current.flatMap((operation) => {
      const undone = habit.undo(type, operation);
      if (undone) met.add(habit.name);
      return undone ?? [operation];
    });
  }
  return current;
}

function lowerCaseOp(_type: ResourceType, operation: Operation): readonly Operation[] | undefined {
  const op = operation.op.toLowerCase();
  return op === operation.op ? undefined : [{ ...operation, op }];
}

/** Keys that are paths: each becomes an operation of its own, after the attributes with plain names. */
function splitDottedKeys(type: ResourceType, { op, path, value }: Operation): readonly Operation[] | undefined {
  if (op === 'remove' || path !== undefined || !isObject(value)) return undefined;
  const members = membersIn(type, value);
  const { paths = [], plain = [] } = Object.groupBy(members, ([name]) => (isPath(type, name) ? 'paths' : 'plain'));
  limitOperations(paths);
  refuseRepeated([...plain.map(([name]) => name), ...paths.map(([name]) => pathName(type, name))]);
  if (paths.length === 0) return undefined;
  const rest = plain.length > 0 ? [{ op, value: draft(Object.fromEntries(plain)) }] : [];
  return [...rest, ...paths.map(([name, one]) => ({ op, path: name, value: one }))];
}

type Member = readonly [name: string, value: Json];

/** The members of a value; those under the core URN are as good as those beside it. */
const membersIn = (type: ResourceType, value: JsonObject): readonly Member[] =>
  Object.entries(value).flatMap(([name, one]) =>
    isSchemaOf(type, name) && isObject(one) ? membersIn(type, one) : [[name, one] as const],
  );

/** A key that names what is kept, and is more than the attribute's plain name. */
const isPath = (type: ResourceType, name: string): boolean => !isAttributeName(name) && namesKept(type, name);

/** The attribute that a path names as it is declared; with a filter, the path itself. */
function pathName(type: ResourceType, path: string): string {
  const found = path.includes('[') ? undefined : findPath(type, path);
  return found ? resolvedName(found) : path;
}

/** However it is spelled, an attribute stands once in an object: else which value counts would be an accident. */
function refuseRepeated(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase()))
      throw badRequest('invalidSyntax', `The attribute ${quote(name)} stands twice in one object.`);
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
