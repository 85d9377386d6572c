import { resolveAttrPath, valuesOf } from '../../shared/scim/attr-path.ts';
import { comparableText } from '../../shared/scim/comparison.ts';
import { isObject, type Json, type JsonObject } from '../../shared/scim/json.ts';
import { elementPredicate } from '../../shared/scim/match.ts';
import { parsePath } from '../../shared/scim/path.ts';
import { strictReading } from '../../shared/scim/reading.ts';
import type { Attribute, ResourceType } from '../../shared/scim/schema.ts';

/** An attribute of a resource type, ready to be compared. This file does not need Node, so that a browser can load it. */
export interface ComparedAttribute {
  readonly path: string;
  readonly attribute: Attribute;
  /** The value at the path of a resource in its SCIM form; undefined if there is no value. */
  readonly valueIn: (resource: JsonObject) => Json | undefined;
  /** The form in which two values are compared: case counts only if the attribute is caseExact (RFC 7643 section 2.2), and "" counts as no value. */
  readonly meaningOf: (value: Json | undefined) => Json | undefined;
}

/** Resolves a path of the attribute mapping: `attr`, `attr.sub` or `attr[filter].sub`. Throws if the resource type has no such attribute. */
export function comparedAttribute(type: ResourceType, path: string): ComparedAttribute {
  const { attrPath, filter } = parsePath(path);
  const target = resolveAttrPath(type, attrPath);
  if (!target) throw new Error(`The mapping names ${path}, which the service does not store.`);
  const { attribute: whole, sub } = target;
  const attribute = sub ?? whole;
  const isChosen = filter ? elementPredicate(whole, filter, strictReading()) : () => true;

  function valueIn(resource: JsonObject): Json | undefined {
    const elements = valuesOf(resource, { attribute: whole }).filter((one) => !isObject(one) || isChosen(one));
    const parts = elements.map((one) => assigned(sub ? partOf(one, sub.name) : one));
    return parts.find((one) => one !== undefined) ?? attribute.initial;
  }

  function meaningOf(value: Json | undefined): Json | undefined {
    const one = assigned(value) ?? attribute.initial;
    return typeof one === 'string' ? comparableText(attribute, one) : one;
  }

  return { path, attribute, valueIn, meaningOf };
}

const partOf = (value: Json, name: string): Json | undefined => (isObject(value) ? value[name] : undefined);

/** An absent value, null and "" all mean no value (RFC 7643 section 2.5). */
const assigned = (value: Json | undefined): Json | undefined => (value === null || value === '' ? undefined : value);
