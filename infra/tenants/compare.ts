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

/** The values of the matching attributes, by path: what people recognise somebody by. */
export type Names = Readonly<Record<string, string>>;

/** A user who should be in use here and is not kept. */
export interface Missing {
  /** The id in the directory. */
  readonly objectId: string;
  readonly names: Names;
}

/** A kept resource that the directory does not know. */
export interface Extra {
  /** The service's id. */
  readonly id: string;
  readonly names: Names;
  readonly isInUse: boolean;
}

/** An attribute that says one thing in the directory and another one here; undefined is no value. */
export interface Difference {
  readonly id: string;
  readonly objectId: string;
  readonly path: string;
  readonly directory: Json | undefined;
  readonly kept: Json | undefined;
}

/** How a directory and what is kept of it agree. */
export interface Comparison {
  /** How many users are kept as the directory has them. */
  readonly same: number;
  /** How many users are blocked, unassigned or deleted in the directory, and not kept: as it should be. */
  readonly absent: number;
  readonly missing: readonly Missing[];
  readonly extra: readonly Extra[];
  readonly different: readonly Difference[];
  /** Values that differ only in case, where the schema does not tell case: the same, but somebody may want to see them. */
  readonly caseOnly: readonly Difference[];
  /** Mapped attributes whose source is an expression that nobody but Entra evaluates. */
  readonly notCompared: readonly string[];
}

/** Whether everything arrived, and nothing else is kept. */
export const isTheSame = ({ missing, extra, different }: Comparison): boolean =>
  missing.length + extra.length + different.length === 0;

/**
 * Compares a directory export with the kept resources in their SCIM form, by the service's own attribute mapping. Users who are
 * blocked, unassigned or deleted have to be disabled or absent; their other values do not count, since Entra sends nothing more of them.
 * Pure, and without Node: a browser may load it.
 */
export function compare(service: Service, users: readonly DirectoryUser[], kept: Iterable<JsonObject>): Comparison {
  const comparing = comparingOf(service);
  const resources = [...kept];
  const pairs = pair(comparing, users, resources);
  const taken = new Set(pairs.values());
  const unkept = users.filter((user) => !pairs.has(user));
  const judged = [...pairs].map(([user, resource]) => differencesBetween(comparing, user, resource));
  return {
    same: judged.filter(({ different }) => different.length === 0).length,
    absent: unkept.filter((user) => !isActive(user)).length,
    missing: unkept.filter(isActive).map((user) => ({ objectId: user.id, names: namesIn(comparing, user) })),
    extra: resources.filter((one) => !taken.has(one)).map((one) => extraOf(comparing, one)),
    different: judged.flatMap(({ different }) => different),
    caseOnly: judged.flatMap(({ caseOnly }) => caseOnly),
    notCompared: comparing.notCompared,
  };
}

/** What a service's declaration says about comparing. */
interface Comparing {
  readonly mapping: Mapping;
  readonly attributes: readonly ComparedAttribute[];
  /** The matching attributes, in their order of precedence. */
  readonly matching: readonly ComparedAttribute[];
  /** The attribute that says whether a resource is in use. */
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
 * Finds each user's resource as Entra does: by the first matching attribute, and whoever is left by the next. The name of a deleted user is free
 * again and says nothing; that of somebody in scope comes before that of a leaver.
 */
function pair({ matching, mapping }: Comparing, users: readonly DirectoryUser[], kept: readonly JsonObject[]): Pairs {
  const pairs = new Map<DirectoryUser, JsonObject>();
  const taken = new Set<JsonObject>();
  const ordered = [...users.filter(isActive), ...users.filter((user) => !isActive(user))];
  for (const [rank, { path, valueIn, meaningOf }] of matching.entries()) {
    const free = kept.filter((one) => !taken.has(one));
    const index = new Map(free.map((one) => [meaningOf(valueIn(one)), one]));
    for (const user of ordered) {
      if (pairs.has(user) || (rank > 0 && user.deletedDateTime !== null)) continue;
      const meaning = meaningOf(sourceValues(user, mapping)[path]);
      const found = meaning === undefined ? undefined : index.get(meaning);
      if (!found || taken.has(found)) continue;
      pairs.set(user, found);
      taken.add(found);
    }
  }
  return pairs;
}

type Judged = Pick<Comparison, 'different' | 'caseOnly'>;

function differencesBetween(
  { attributes, status, mapping }: Comparing,
  user: DirectoryUser,
  resource: JsonObject,
): Judged {
  const wanted = sourceValues(user, mapping);
  const counted = isActive(user) ? attributes : attributes.filter((one) => one === status);
  const different: Difference[] = [];
  const caseOnly: Difference[] = [];
  for (const { path, valueIn, meaningOf } of counted) {
    const [directory, kept] = [wanted[path], valueIn(resource)];
    const difference = { id: textOf(resource['id']), objectId: user.id, path, directory, kept };
    if (meaningOf(directory) !== meaningOf(kept)) different.push(difference);
    else if (directory !== kept && isInCaseOnly(directory, kept)) caseOnly.push(difference);
  }
  return { different, caseOnly };
}

/** Two texts that mean the same may also be two ways to write the same characters, which nobody can see. */
const isInCaseOnly = (one: Json | undefined, other: Json | undefined): boolean =>
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
