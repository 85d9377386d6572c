import type { Json, JsonObject } from './json.ts';

/** The data types of RFC 7643 section 2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex';
/** RFC 7643 section 2.2. */
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
/** RFC 7643 section 2.2. */
export type Returned = 'always' | 'never' | 'default' | 'request';

/** An attribute as a service declares it. A characteristic that is left out has the default of RFC 7643 section 2.2. */
export interface AttributeDeclaration {
  readonly name: string;
  readonly type?: AttributeType;
  readonly description: string;
  readonly multiValued?: boolean;
  readonly required?: boolean;
  readonly caseExact?: boolean;
  readonly mutability?: Mutability;
  readonly returned?: Returned;
  readonly uniqueness?: 'none' | 'server';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDeclaration[];
  /** A common attribute (RFC 7643 section 3.1): it belongs to every resource, but not to its schema. */
  readonly common?: boolean;
  /** A sub-attribute that only classifies an element, such as `type`. An element with nothing else is removed. */
  readonly qualifier?: boolean;
  /** The boolean that is true while the resource is in use (RFC 7643 section 4.1.1, active). The history and the brake use it. */
  readonly administrativeStatus?: boolean;
  /** The name by which people know a resource. */
  readonly label?: boolean;
  /** The value of the attribute until a client sends one. */
  readonly initial?: Json;
  /** The value that filters assume if the attribute is unassigned. It is not stored (RFC 7643 section 2.4, primary). */
  readonly assumed?: Json;
  /** The name of the column in the table, if it is not the attribute's own name. */
  readonly column?: string;
  /** Columns that are derived from this attribute for programs that read the table: from the column's name to an attribute path. */
  readonly derived?: Readonly<Record<string, string>>;
  /** The source of the value in Entra's attribute mapping. */
  readonly entra?: string;
}

/** An attribute with every characteristic of RFC 7643 section 2.2 filled in. */
export interface Attribute extends AttributeDeclaration {
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: 'none' | 'server';
  readonly subAttributes: readonly Attribute[];
  /** Finds a sub-attribute. Names are case-insensitive (RFC 7643 section 2.1). */
  readonly sub: (name: string) => Attribute | undefined;
}

/** Whether every resource has a value of the attribute, because it is required or has an initial value. */
export const isAlwaysAssigned = ({ required, initial }: Attribute): boolean => required || initial !== undefined;

/** The attribute that is true while a resource is in use; undefined if the declaration has none. */
export const statusAttribute = (type: ResourceType): Attribute | undefined =>
  type.attributes.find((attribute) => attribute.administrativeStatus);

/** The attributes whose values are unique within a tenant (RFC 7643 section 2.2, uniqueness). */
export const uniqueAttributes = (type: ResourceType): readonly Attribute[] =>
  type.writable.filter(({ uniqueness }) => uniqueness === 'server');

/** Whether a resource is in use, according to its status attribute. Without a status attribute, every resource is in use. */
export function isInUse(type: ResourceType, attributes: JsonObject): boolean {
  const status = statusAttribute(type);
  return status === undefined || attributes[status.name] === true;
}

/** A resource type (RFC 7643 section 6) with its one schema. */
export interface ResourceType {
  readonly name: string;
  readonly endpoint: string;
  readonly description: string;
  /** The URN of the schema. */
  readonly schema: string;
  /** The common attributes (RFC 7643 section 3.1) and the schema's own, in the order in which they are returned. */
  readonly attributes: readonly Attribute[];
  /** The attributes that a client may write, in the order of the declaration. */
  readonly writable: readonly Attribute[];
  /** Finds an attribute. Names are case-insensitive (RFC 7643 section 2.1). */
  readonly attribute: (name: string) => Attribute | undefined;
}

/** A resource type as a service declares it. */
export interface ResourceTypeDeclaration {
  readonly name: string;
  readonly endpoint: string;
  readonly description: string;
  readonly schema: string;
  readonly attributes: readonly AttributeDeclaration[];
}

/** Fills in the characteristics that a declaration leaves out, and indexes the attributes by name. Throws if two have the same name. */
export function defineResourceType(declaration: ResourceTypeDeclaration): ResourceType {
  const attributes = declaration.attributes.map(defineAttribute);
  return Object.freeze({
    ...declaration,
    attributes,
    writable: attributes.filter((attribute) => attribute.mutability !== 'readOnly'),
    attribute: byName(attributes),
  });
}

function defineAttribute(declaration: AttributeDeclaration): Attribute {
  const subAttributes = (declaration.subAttributes ?? []).map(defineAttribute);
  const defaults = {
    type: 'string',
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
  } as const;
  return Object.freeze({
    ...defaults,
    returned: 'default',
    uniqueness: 'none',
    ...declaration,
    subAttributes,
    sub: byName(subAttributes),
  });
}

function byName(attributes: readonly Attribute[]): (name: string) => Attribute | undefined {
  const index = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
  if (index.size !== attributes.length) throw new Error('Two attributes of one schema have the same name.');
  return (name) => index.get(name.toLowerCase());
}
