import type { Json, JsonObject } from '../../shared/scim/json.ts';
import { statusAttribute } from '../../shared/scim/schema.ts';
import type { Service } from '../../shared/services/service.ts';
import {
  type DirectoryUser,
  isActive,
  isEvaluated,
  type Mapping,
  mappingOf,
  sourceValues,
} from '../provision/mapping.ts';
import { type ComparedAttribute, comparedAttribute } from './compared-attribute.ts';

/** The values of the matching attributes, by path. They identify a user to the administrator. */
export type Names = Readonly<Record<string, string>>;

/** A user in scope who has no stored resource. */
export interface Missing {
  /** The id in the directory. */
  readonly objectId: string;
  readonly names: Names;
}

/** A stored resource without a user in the directory. */
export interface Extra {
  /** The service's id. */
  readonly id: string;
  readonly names: Names;
  readonly isInUse: boolean;
}

/** An attribute whose value in the directory differs from the stored one; undefined means no value. */
export interface Difference {
  readonly id: string;
  readonly objectId: string;
  readonly path: string;
  readonly directory: Json | undefined;
  readonly kept: Json | undefined;
}

/** The result of comparing a directory with the stored resources. */
export interface Comparison {
  /** How many users have a stored resource with the same values. */
  readonly same: number;
  /** How many users are blocked, unassigned or deleted in the directory and, correctly, have no stored resource. */
  readonly absent: number;
  readonly missing: readonly Missing[];
  readonly extra: readonly Extra[];
  readonly different: readonly Difference[];
  /** Values of attributes that are not caseExact and differ only in case. They count as the same, and are shown as a note. */
  readonly caseOnly: readonly Difference[];
  /** Mapped attributes whose source is an expression that only Entra evaluates. */
  readonly notCompared: readonly string[];
}

/** Whether every user in scope is stored correctly, and nothing else is stored. */
export const isTheSame = ({ missing, extra, different }: Comparison): boolean =>
  missing.length + extra.length + different.length === 0;

/**
 * Compares a directory export with the stored resources in their SCIM form, by the service's own attribute mapping. Users who are
 * blocked, unassigned or deleted must be disabled or absent. Their other values are not compared, because Entra no longer updates them.
 * The function is pure and does not need Node, so that a browser can load it.
 */
export function compare(service: Service, users: readonly DirectoryUser[], stored: Iterable<JsonObject>): Comparison {
  const comparing = comparingOf(service);
  const resources = [...stored];
  const pairs = pair(comparing, users, resources);
  const matched = new Set(pairs.values());
  const unmatched = users.filter((user) => !pairs.has(user));
  const compared = [...pairs].map(([user, resource]) => differencesBetween(comparing, user, resource));
  return {
    same: compared.filter(({ different }) => different.length === 0).length,
    absent: unmatched.filter((user) => !isActive(user)).length,
    missing: unmatched.filter(isActive).map((user) => ({ objectId: user.id, names: namesIn(comparing, user) })),
    extra: resources.filter((one) => !matched.has(one)).map((one) => extraOf(comparing, one)),
    different: compared.flatMap(({ different }) => different),
    caseOnly: compared.flatMap(({ caseOnly }) => caseOnly),
    notCompared: comparing.notCompared,
  };
}

/** The parts of a service's declaration that a comparison needs. */
interface Comparing {
  readonly mapping: Mapping;
  readonly attributes: readonly ComparedAttribute[];
  /** The matching attributes, in their order of precedence. */
  readonly matching: readonly ComparedAttribute[];
  /** The attribute that shows whether a resource is in use. */
  readonly status: ComparedAttribute | undefined;
  readonly notCompared: readonly string[];
}

function comparingOf(service: Service): Comparing {
  const { resourceType } = service;
  const all = mappingOf(service);
  const mapping = all.filter(isEvaluated);
  const attributes = mapping.map(({ path }) => comparedAttribute(resourceType, path));
  const ranks = new Map(mapping.map(({ path, matchingPriority }) => [path, matchingPriority]));
  const rankOf = ({ path }: ComparedAttribute): number => ranks.get(path) ?? 0;
  return {
    mapping,
    attributes,
    matching: attributes.filter((one) => rankOf(one) > 0).toSorted((a, b) => rankOf(a) - rankOf(b)),
    status: attributes.find(({ path }) => path === statusAttribute(resourceType)?.name),
    notCompared: all.filter((mapped) => !isEvaluated(mapped)).map(({ path }) => path),
  };
}

type Pairs = ReadonlyMap<DirectoryUser, JsonObject>;

/**
 * Finds each user's resource as Entra does: by the first matching attribute, then the remaining users by the next one. A deleted user is found only by the
 * first attribute, because another user may have matched over the name. Users in scope are matched before the others.
 */
function pair(
  { matching, mapping }: Comparing,
  users: readonly DirectoryUser[],
  resources: readonly JsonObject[],
): Pairs {
  const pairs = new Map<DirectoryUser, JsonObject>();
  const matched = new Set<JsonObject>();
  const ordered = [...users.filter(isActive), ...users.filter((user) => !isActive(user))];
  for (const [rank, { path, valueIn, meaningOf }] of matching.entries()) {
    const free = resources.filter((one) => !matched.has(one));
    const index = new Map(free.map((one) => [meaningOf(valueIn(one)), one]));
    for (const user of ordered) {
      if (pairs.has(user) || (rank > 0 && user.deletedDateTime !== null)) continue;
      const meaning = meaningOf(sourceValues(user, mapping)[path]);
      const found = meaning === undefined ? undefined : index.get(meaning);
      if (!found || matched.has(found)) continue;
      pairs.set(user, found);
      matched.add(found);
    }
  }
  return pairs;
}

type Compared = Pick<Comparison, 'different' | 'caseOnly'>;

function differencesBetween(
  { attributes, status, mapping }: Comparing,
  user: DirectoryUser,
  resource: JsonObject,
): Compared {
  const wanted = sourceValues(user, mapping);
  const relevant = isActive(user) ? attributes : attributes.filter((one) => one === status);
  const different: Difference[] = [];
  const caseOnly: Difference[] = [];
  for (const { path, valueIn, meaningOf } of relevant) {
    const [directory, kept] = [wanted[path], valueIn(resource)];
    const difference = { id: textOf(resource['id']), objectId: user.id, path, directory, kept };
    if (meaningOf(directory) !== meaningOf(kept)) different.push(difference);
    else if (directory !== kept && isVisible(directory, kept)) caseOnly.push(difference);
  }
  return { different, caseOnly };
}

/** Whether two strings differ visibly. Two Unicode encodings of the same characters do not. */
const isVisible = (one: Json | undefined, other: Json | undefined): boolean =>
  typeof one === 'string' && typeof other === 'string' && one.normalize('NFC') !== other.normalize('NFC');

const namesIn = ({ matching, mapping }: Comparing, user: DirectoryUser): Names => {
  const values = sourceValues(user, mapping);
  return namesOf(matching, ({ path }) => values[path]);
};

const extraOf = ({ matching, status }: Comparing, resource: JsonObject): Extra => ({
  id: textOf(resource['id']),
  names: namesOf(matching, ({ valueIn }) => valueIn(resource)),
  isInUse: status === undefined || status.valueIn(resource) === true,
});

const namesOf = (matching: readonly ComparedAttribute[], read: (one: ComparedAttribute) => Json | undefined): Names =>
  Object.fromEntries(matching.map((one) => [one.path, textOf(read(one))]).filter(([, value]) => value !== ''));

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
