import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';
import type { JsonRecord } from '../commands/shared/json.ts';
import { mappingsOf } from '../entra/mapping.ts';
import { readPath, writePath } from './attribute-path.ts';

/** A user of the directory, with the property names of Microsoft Graph's user resource; null means no value. */
export interface DirectoryUser {
  readonly id: string;
  readonly userPrincipalName: string;
  /** False if the user's sign-in is blocked. */
  readonly accountEnabled: boolean;
  /** Whether the user is assigned to the enterprise application; not a field of Graph's user. */
  readonly assigned: boolean;
  /** Set while the user is in the recycle bin. */
  readonly deletedDateTime: string | null;
  /** The fields that the mapping reads. */
  readonly [field: string]: string | boolean | null;
}

/** One line of an attribute mapping. */
export interface MappedAttribute {
  /** The target: an attribute path. */
  readonly path: string;
  /** The source, as Entra names it. */
  readonly source: string;
  /** 1 for the first matching attribute, 2 for the second; 0 if it is not a matching attribute. */
  readonly matchingPriority: number;
}

/** The attribute mapping of a job. */
export type Mapping = readonly MappedAttribute[];

/**
 * The attribute mapping that the services declare. One mapping serves both: an attribute without a value is never sent, and rooms have no givenName
 * or surname in the directory.
 */
export const mapping: Mapping = declaredMapping();

/** Graph's names of attributes that are named differently in Entra's mappings. */
const graphNames: Readonly<Record<string, string>> = {
  objectId: 'id',
  physicalDeliveryOfficeName: 'officeLocation',
  telephoneNumber: 'businessPhones',
  mobile: 'mobilePhone',
  facsimileTelephoneNumber: 'faxNumber',
};

const isSwitch = ({ source }: MappedAttribute): boolean => source.startsWith('Switch([IsSoftDeleted],');

/** The only other expression in Entra's default mapping: `Join(" ", [givenName], [surname])`. */
const JOIN = /^Join\(" ", (\[.*\])\)$/;

/** The properties of Graph's user that a mapping reads directly, not through an expression. */
export const directoryFieldsOf = (mapping: Mapping): readonly string[] =>
  mapping.filter(({ source }) => !source.includes('(')).map(({ source }) => fieldOf(source));

/** Whether an attribute refers to another user, such as the manager. Entra sends it in a separate PATCH once both users exist. */
export const isReference = ({ source }: MappedAttribute): boolean => source === 'manager';

/** Whether this connector can evaluate the source: an attribute, or one of the two expressions above. */
export const isEvaluated = (mapped: MappedAttribute): boolean =>
  isSwitch(mapped) || JOIN.test(mapped.source) || !/[("]/.test(mapped.source);

/** The value of a mapped attribute for a user; null if there is no value or this connector cannot evaluate the expression. */
function sourceValue(mapped: MappedAttribute, user: DirectoryUser): string | boolean | null {
  if (isSwitch(mapped)) return isActive(user);
  const [, joined] = JOIN.exec(mapped.source) ?? [];
  return joined === undefined ? (user[fieldOf(mapped.source)] ?? null) : joinedFrom(joined, user);
}

/** The user's values of these fields, joined by spaces; null if there are none. */
function joinedFrom(fields: string, user: DirectoryUser): string | null {
  const names = fields.match(/(?<=\[)\w+(?=\])/g) ?? [];
  return names.flatMap((name) => user[fieldOf(name)] || []).join(' ') || null;
}

/** The matching attributes, in their order of precedence. */
export const matchingIn = (mapping: Mapping): Mapping =>
  mapping
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .toSorted((a, b) => a.matchingPriority - b.matchingPriority);

/** The matching attributes, in their order of precedence, with the user's values. */
export function matchesOf(mapping: Mapping, user: DirectoryUser): readonly (readonly [string, string])[] {
  return matchingIn(mapping)
    .map((mapped) => [mapped.path, String(sourceValue(mapped, user) ?? '')] as const)
    .filter(([, value]) => value !== '');
}

/** `Switch([IsSoftDeleted], , "False", "True", "True", "False")`: unassigned, blocked and deleted users count as soft-deleted. */
export function isActive(user: DirectoryUser): boolean {
  return user.assigned && user.accountEnabled && user.deletedDateTime === null;
}

function fieldOf(source: string): string {
  return graphNames[source] ?? source;
}

/** The attribute mapping of one service. */
export function mappingOf(service: Service): Mapping {
  return mappingsOf(service).map(({ target, declared, matchingPriority }) => ({
    path: target,
    source: declared,
    matchingPriority,
  }));
}

function declaredMapping(): Mapping {
  return [...new Map(services.flatMap(mappingOf).map((mapped) => [mapped.path, mapped])).values()];
}

export type Value = string | boolean;

/** Attribute path -> value. An attribute without a value is absent: Entra never sends null. */
export type Values = Readonly<Record<string, Value>>;

/** The mapped values of a user of the directory. */
export function sourceValues(user: DirectoryUser, by: Mapping = mapping): Values {
  return collect(by, (mapped) => sourceValue(mapped, user));
}

/** The mapping without references to other users. */
export const withoutReferences = (by: Mapping): Mapping => by.filter((mapped) => !isReference(mapped));

/** A user's references to other users: attribute path -> object id of the other user. */
export const referencesOf = (user: DirectoryUser, by: Mapping): Values => sourceValues(user, by.filter(isReference));

/** The current values of the mapped attributes of a resource. */
export function targetValues(resource: JsonRecord, by: Mapping = mapping): Values {
  return collect(by, ({ path }) => {
    const value = readPath(resource, path);
    if (path === 'active') return asBoolean(value);
    return typeof value === 'string' && value ? value : null;
  });
}

/** The body of `POST /Users`, with the schemas and the empty roles attribute that Entra adds. */
export function userOf(values: Values): JsonRecord {
  const user: Record<string, unknown> = {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    meta: { resourceType: 'User' },
    roles: [],
  };
  for (const [path, value] of Object.entries(values)) writePath(user, path, value);
  return user;
}

function collect(by: Mapping, read: (mapped: MappedAttribute) => Value | null): Values {
  const pairs = by.map((mapped) => [mapped.path, read(mapped)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, Value] => pair[1] !== null));
}

/** Entra treats the string "True" like true. A service returns it if it stores strings unchanged. */
function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.toLowerCase() === 'true' : null;
}
