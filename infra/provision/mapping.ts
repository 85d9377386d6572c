import type { Attribute } from '../../shared/scim/schema.ts';
import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';
import type { DirectoryUser } from './directory.ts';

interface MappedAttribute {
  /** The target: an attribute path. */
  readonly path: string;
  /** The source, as Entra names it. */
  readonly source: string;
}

/**
 * The attribute mapping, read off the declarations of both services. One serves both: an attribute without a value is never
 * sent, and rooms have neither givenName nor surname in the directory.
 */
export const mapping: readonly MappedAttribute[] = mappingOf(services);

/** Entra names two of its attributes otherwise than Microsoft Graph does. */
const graphNames: Readonly<Record<string, string>> = {
  objectId: 'id',
  physicalDeliveryOfficeName: 'officeLocation',
};

const isSwitch = ({ source }: MappedAttribute): boolean => source.startsWith('Switch([IsSoftDeleted],');

/** The fields of Graph's user that the mapping reads as they are. */
export const directoryFields: readonly string[] = mapping.filter((mapped) => !isSwitch(mapped)).map(fieldOf);

/** What the mapping takes from a user; null where there is nothing to take. */
export function sourceValue(mapped: MappedAttribute, user: DirectoryUser): string | boolean | null {
  return isSwitch(mapped) ? isActive(user) : (user[fieldOf(mapped)] ?? null);
}

/** `Switch([IsSoftDeleted], , "False", "True", "True", "False")`: unassigned, blocked and deleted users count as soft-deleted. */
export function isActive(user: DirectoryUser): boolean {
  return user.assigned && user.accountEnabled && user.deletedDateTime === null;
}

function fieldOf({ source }: MappedAttribute): string {
  return graphNames[source] ?? source;
}

function mappingOf(services: readonly Service[]): readonly MappedAttribute[] {
  const all = services.flatMap(({ resourceType }) => resourceType.writable.flatMap(mappedIn));
  return [...new Map(all.map((mapped) => [mapped.path, mapped])).values()];
}

/** The mapped paths in one attribute: `attr`, `attr.sub`, or where it is multi-valued the one that the tables have a column for. */
function mappedIn(attribute: Attribute): readonly MappedAttribute[] {
  if (attribute.entra !== undefined) return [{ path: attribute.name, source: attribute.entra }];
  return attribute.subAttributes.flatMap(({ name, entra }) => {
    if (entra === undefined) return [];
    const paths = attribute.multiValued ? Object.values(attribute.derived ?? {}) : [`${attribute.name}.${name}`];
    return paths.filter((path) => path.endsWith(`.${name}`)).map((path) => ({ path, source: entra }));
  });
}
