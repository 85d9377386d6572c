import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';
import { mappingsOf } from '../entra/mapping.ts';

/** A user of the directory, in the names of Microsoft Graph's user; null is an attribute without a value. */
export interface DirectoryUser {
  readonly id: string;
  readonly userPrincipalName: string;
  /** False: sign-in is blocked. */
  readonly accountEnabled: boolean;
  /** Whether the user is assigned to the enterprise application; not a field of Graph's user. */
  readonly assigned: boolean;
  /** Set while the user is in the recycle bin. */
  readonly deletedDateTime: string | null;
  /** The fields that the mapping reads. */
  readonly [field: string]: string | boolean | null;
}

export interface MappedAttribute {
  /** The target: an attribute path. */
  readonly path: string;
  /** The source, as Entra names it. */
  readonly source: string;
  /** 1 for the attribute that users are matched by first; 0: not by this one. */
  readonly matchingPriority: number;
}

/** The attribute mapping of a job. */
export type Mapping = readonly MappedAttribute[];

/**
 * The attribute mapping, read off the declarations of both services. One serves both: an attribute without a value is never
 * sent, and rooms have neither givenName nor surname in the directory.
 */
export const mapping: Mapping = declaredMapping();

/** Entra names two of its attributes otherwise than Microsoft Graph does. */
const graphNames: Readonly<Record<string, string>> = {
  objectId: 'id',
  physicalDeliveryOfficeName: 'officeLocation',
};

const isSwitch = ({ source }: MappedAttribute): boolean => source.startsWith('Switch([IsSoftDeleted],');

/** The fields of Graph's user that a mapping reads as they are. */
export const directoryFieldsOf = (mapping: Mapping): readonly string[] =>
  mapping.filter(({ source }) => !source.includes('(')).map(fieldOf);

/** Whether this connector knows what a mapping makes of a user: not where the source is another expression, or a constant. */
export const isEvaluated = (mapped: MappedAttribute): boolean => isSwitch(mapped) || !/[("]/.test(mapped.source);

/** What the mapping takes from a user; null where there is nothing to take, or an expression that this connector does not evaluate. */
function sourceValue(mapped: MappedAttribute, user: DirectoryUser): string | boolean | null {
  return isSwitch(mapped) ? isActive(user) : (user[fieldOf(mapped)] ?? null);
}

/** The attributes by which a user is matched, in their order of precedence, with the values that are looked for. */
export function matchesOf(mapping: Mapping, user: DirectoryUser): readonly (readonly [string, string])[] {
  const matching = mapping.filter(({ matchingPriority }) => matchingPriority > 0);
  return matching
    .toSorted((a, b) => a.matchingPriority - b.matchingPriority)
    .map((mapped) => [mapped.path, String(sourceValue(mapped, user) ?? '')] as const)
    .filter(([, value]) => value !== '');
}

/** `Switch([IsSoftDeleted], , "False", "True", "True", "False")`: unassigned, blocked and deleted users count as soft-deleted. */
export function isActive(user: DirectoryUser): boolean {
  return user.assigned && user.accountEnabled && user.deletedDateTime === null;
}

function fieldOf({ source }: MappedAttribute): string {
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

/** What the mapping makes of a user of the directory. */
export function sourceValues(user: DirectoryUser, by: Mapping = mapping): Values {
  return collect(by, (mapped) => sourceValue(mapped, user));
}

/** What the mapped attributes of a resource of the service are now. */
export function targetValues(resource: JsonRecord, by: Mapping = mapping): Values {
  return collect(by, ({ path }) => {
    const value = readPath(resource, path);
    if (path === 'active') return asBoolean(value);
    return typeof value === 'string' && value ? value : null;
  });
}

/** The body of `POST /Users`, with the schemas and the empty roles that Entra adds. */
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

/** Services that keep the string they were sent answer "True": the same to Entra. */
function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.toLowerCase() === 'true' : null;
}

interface AttributePath {
  readonly attribute: string;
  /** The value of `[type eq "…"]`. */
  readonly type: string | undefined;
  readonly subAttribute: string | undefined;
}

/** Reads the value at one of the mapping's paths: `attr`, `attr.sub` or `attr[type eq "x"].sub` (RFC 7644 section 3.5.2). */
function readPath(resource: JsonRecord, path: string): unknown {
  const { attribute, type, subAttribute } = parsePath(path);
  const value = type === undefined ? resource[attribute] : elementOf(resource[attribute], type);
  if (subAttribute === undefined) return value;
  return isRecord(value) ? value[subAttribute] : undefined;
}

/** Writes a value at one of the mapping's paths into a resource that is being built. */
function writePath(resource: Record<string, unknown>, path: string, value: unknown): void {
  const { attribute, type, subAttribute } = parsePath(path);
  if (subAttribute === undefined) resource[attribute] = value;
  else if (type !== undefined) resource[attribute] = [{ type, [subAttribute]: value }];
  else resource[attribute] = { ...objectAt(resource, attribute), [subAttribute]: value };
}

export const hasFilter = (path: string): boolean => path.includes('[');

function parsePath(path: string): AttributePath {
  const [, attribute = path, type, subAttribute] = /^(\w+)(?:\[type eq "(\w+)"\])?(?:\.(\w+))?$/.exec(path) ?? [];
  return { attribute, type, subAttribute };
}

function elementOf(value: unknown, type: string): unknown {
  return Array.isArray(value) ? value.find((element) => isRecord(element) && element['type'] === type) : undefined;
}

function objectAt(resource: JsonRecord, attribute: string): JsonRecord {
  const value = resource[attribute];
  return isRecord(value) ? value : {};
}
