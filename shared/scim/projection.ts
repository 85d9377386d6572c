import { findAttrPath, isSchemaOf, type Resolved } from './attr-path.ts';
import { badRequest } from './errors.ts';
import { type Draft, draft, isArray, isObject, type Json, type JsonObject } from './json.ts';
import { limits } from './limits.ts';
import type { Attribute, ResourceType } from './schema.ts';

/** Reduces a resource to the attributes that the client requested (RFC 7644 section 3.9). */
export type Project = (resource: JsonObject) => JsonObject;

/** The names in `attributes` and `excludedAttributes`, as the client wrote them. */
export interface ProjectionNames {
  readonly attributes: readonly string[];
  readonly excludedAttributes: readonly string[];
}

/**
 * Makes the projection of a request. Names are case-insensitive, may be qualified by the URN, and may name a sub-attribute. Unknown names are ignored.
 * Attributes whose `returned` is "always" stay, and those with "never" are left out (RFC 7643 section 2.2). Throws invalidValue for too many names.
 */
export function projection(type: ResourceType, { attributes, excludedAttributes }: ProjectionNames): Project {
  const included = attributes.length > 0 ? readNames(type, attributes) : undefined;
  const excluded = readNames(type, excludedAttributes);
  return (resource) => {
    const projected: Draft = draft();
    for (const attribute of type.attributes) {
      const value = projectAttribute(attribute, resource[attribute.name], {
        isChosen: included !== undefined,
        included: included?.get(attribute),
        excluded: excluded.get(attribute),
      });
      if (value !== undefined) projected[attribute.name] = value;
    }
    return projected;
  };
}

/** The attributes that a request names, each in full ('all') or with the named sub-attributes. */
type NamedParts = ReadonlyMap<Attribute, 'all' | ReadonlySet<Attribute>>;
type Part = 'all' | ReadonlySet<Attribute> | undefined;

function readNames(type: ResourceType, names: readonly string[]): NamedParts {
  if (names.length > limits.projectedAttributes) {
    throw badRequest(
      'invalidValue',
      `attributes and excludedAttributes can each contain at most ${limits.projectedAttributes} names.`,
    );
  }
  const named = new Map<Attribute, 'all' | Set<Attribute>>();
  for (const { attribute, sub } of names.flatMap((name) => resolveName(type, name))) {
    const part = named.get(attribute);
    if (!sub) named.set(attribute, 'all');
    else if (part === undefined) named.set(attribute, new Set([sub]));
    else if (part !== 'all') part.add(sub);
  }
  return named;
}

/** The schema's own URN stands for all of its attributes (RFC 7644 section 3.10). */
function resolveName(type: ResourceType, name: string): readonly Resolved[] {
  if (isSchemaOf(type, name))
    return type.attributes.filter(({ common }) => !common).map((attribute) => ({ attribute }));
  const found = findAttrPath(type, name.trim());
  return found ? [found] : [];
}

/** How a request names one attribute. */
interface Named {
  /** Whether the request has the parameter `attributes`. */
  readonly isChosen: boolean;
  readonly included: Part;
  readonly excluded: Part;
}

function projectAttribute(attribute: Attribute, value: Json | undefined, named: Named): Json | undefined {
  const { isChosen, included, excluded } = named;
  if (attribute.returned === 'never') return undefined;
  if (attribute.returned === 'always') return value;
  if (isChosen ? included === undefined : attribute.returned === 'request') return undefined;
  if (excluded === 'all') return undefined;
  return projectValue(attribute, value, (sub) => isReturned(sub, included, excluded));
}

function isReturned(sub: Attribute, included: Part, excluded: Part): boolean {
  if (sub.returned === 'always' || sub.returned === 'never') return sub.returned === 'always';
  const isNamed = included instanceof Set ? included.has(sub) : included === 'all' || sub.returned === 'default';
  return isNamed && !(excluded instanceof Set && excluded.has(sub));
}

/** Keeps a simple value, the sub-attributes of a complex value that `keep` selects, and the same of each element of a list. */
function projectValue(
  attribute: Attribute,
  value: Json | undefined,
  keep: (sub: Attribute) => boolean,
): Json | undefined {
  if (isArray(value)) {
    const elements = value
      .map((element) => projectValue(attribute, element, keep))
      .filter((element) => element !== undefined);
    return elements.length > 0 ? elements : undefined;
  }
  if (!isObject(value)) return value;
  const kept = draft();
  for (const sub of attribute.subAttributes)
    if (value[sub.name] !== undefined && keep(sub)) kept[sub.name] = value[sub.name] ?? null;
  return Object.keys(kept).length > 0 ? kept : undefined;
}
