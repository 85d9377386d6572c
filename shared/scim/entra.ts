import { isAttributeName, type Resolved, resolveAttrPath } from './attr-path.ts';
import { draft, isArray, isObject } from './json.ts';
import { GrammarError } from './lexer.ts';
import type { Operation } from './patch/patch.ts';
import { parsePath } from './path.ts';
import type { ResourceType } from './schema.ts';

/**
 * The departures from the RFCs that the engine can be told to accept. Which are accepted, and why, is not the engine's business: see entra.ts.
 */
export type ToleranceName =
  | 'booleansAsText'
  | 'dottedKeys'
  | 'filteredTargetIsCreated'
  | 'noOperations'
  | 'opInAnyCase'
  | 'removalByValue'
  | 'removalOfNothing'
  | 'unmappedIgnored'
  | 'wrappedValues';

/** Asked at the point of departure: whether it is accepted. The one who answers may note that it happened. */
export type Tolerate = (name: ToleranceName) => boolean;

/** The RFCs to the letter. */
export const strict: Tolerate = () => false;

/** One habit of Microsoft Entra's provisioning that departs from the RFCs: why it is accepted, and where it can be done, how it is undone before the engine. */
interface Habit {
  readonly reason: string;
  readonly rewrite?: (type: ResourceType, operation: Operation) => readonly Operation[] | undefined;
}

/** Every tolerance of this service. Each has a fixture of its name in test/exchanges/entra. */
export const habits: Readonly<Record<ToleranceName, Habit>> = {
  opInAnyCase: {
    reason: 'Jobs without the flag aadOptscim062020 write "Add", "Replace" and "Remove".',
    rewrite: (_type, operation) => lowerCaseOp(operation),
  },
  dottedKeys: {
    reason: 'With the flag, "name.givenName" and URN-qualified names stand as keys in one value without a path.',
    rewrite: (type, operation) => splitDottedKeys(type, operation),
  },
  wrappedValues: {
    reason: 'Jobs older than December 2018 wrap a single value as [{"$ref": null, "value": "x"}].',
    rewrite: (type, operation) => unwrapValue(type, operation),
  },
  booleansAsText: { reason: 'Without the flag, and where a mapping uses Switch, booleans come as "True" and "False".' },
  filteredTargetIsCreated: {
    reason:
      'Add and Replace on addresses[type eq "work"].formatted also come where there is no such element yet; refused, Entra retries the user for ever.',
  },
  noOperations: { reason: "Microsoft's SCIM Validator sends a PATCH with an empty array of operations." },
  removalByValue: { reason: 'Without the flag, elements that are to go are named by the value of a Remove.' },
  removalOfNothing: {
    reason:
      'A Remove of what is already gone has to succeed: one refused operation fails the whole update, a disable included.',
  },
  unmappedIgnored: {
    reason: "Banks map more attributes than BookMe keeps; refusing one would refuse the person's whole update.",
  },
};

/** Undoes the habits that can be undone before the engine sees the operations; `tolerate` hears of each that was met. */
export function rewriteOperations(
  type: ResourceType,
  operations: readonly Operation[],
  tolerate: Tolerate,
): readonly Operation[] {
  return Object.entries(habits).reduce((current, [name, { rewrite }]) => {
    if (!rewrite) return current;
    return current.flatMap((operation) => {
      const rewritten = rewrite(type, operation);
      return rewritten && tolerate(name as ToleranceName) ? rewritten : [operation]; // the keys of habits
    });
  }, operations);
}

function lowerCaseOp(operation: Operation): readonly Operation[] | undefined {
  const op = operation.op.toLowerCase();
  return op === operation.op ? undefined : [{ ...operation, op }];
}

/** Keys that are paths: each becomes an operation of its own, after the attributes with plain names. */
function splitDottedKeys(type: ResourceType, { op, path, value }: Operation): readonly Operation[] | undefined {
  if (op === 'remove' || path !== undefined || !isObject(value)) return undefined;
  const { paths, plain = [] } = Object.groupBy(Object.entries(value), ([name]) =>
    isPath(type, name) ? 'paths' : 'plain',
  );
  if (!paths) return undefined;
  const rest = plain.length > 0 ? [{ op, value: draft(Object.fromEntries(plain)) }] : [];
  return [...rest, ...paths.map(([name, one]) => ({ op, path: name, value: one }))];
}

/** A key that names nothing is an unknown attribute, one with brackets a path even then: its filter may be wrong. */
const isPath = (type: ResourceType, name: string): boolean =>
  name.includes('[') || (!isAttributeName(name) && resolvePath(type, name) !== undefined);

function unwrapValue(type: ResourceType, operation: Operation): readonly Operation[] | undefined {
  const { path, value } = operation;
  if (path === undefined || !isArray(value) || value.length !== 1 || !isSingleValued(type, path)) return undefined;
  const [wrapper] = value;
  if (
    !isObject(wrapper) ||
    !('value' in wrapper) ||
    Object.keys(wrapper).some((key) => key !== 'value' && key !== '$ref')
  )
    return undefined;
  return [{ ...operation, value: wrapper['value'] ?? null }];
}

function isSingleValued(type: ResourceType, path: string): boolean {
  const target = resolvePath(type, path);
  return target !== undefined && !(target.sub ?? target.attribute).multiValued;
}

function resolvePath(type: ResourceType, path: string): Resolved | undefined {
  try {
    return resolveAttrPath(type, parsePath(path).attrPath);
  } catch (error) {
    if (error instanceof GrammarError) return undefined;
    throw error;
  }
}
