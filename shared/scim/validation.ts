import type { ErrorObject } from 'ajv';
import { elementsOf } from './attr-path.ts';
import { parseDateTime } from './comparison.ts';
import { badRequest, type ScimError } from './errors.ts';
import { describeJson, equalJson, isArray, isObject, type Json, type JsonObject } from './json.ts';
import { compileSchema } from './json-schema.ts';
import { limits } from './limits.ts';
import { tooLong } from './patch/elements.ts';
import { type Attribute, isAlwaysAssigned, type ResourceType } from './schema.ts';

/** Validates resources before they are written. Throws invalidValue with the name of the attribute and the rule. */
export interface Validator {
  /** Validates the values of a resource that are not the same in `before`. So a user with an invalid stored value can still be disabled. */
  readonly resource: (resource: JsonObject, before?: JsonObject) => void;
  /** Validates the value of one attribute. */
  readonly value: (attribute: Attribute, value: Json) => void;
}

/** Compiles the declared attributes into validation functions. */
export function validator(type: ResourceType): Validator {
  const checks = new Map(type.writable.map((attribute) => [attribute, compileSchema(valueSchema(attribute))]));

  function checkValue(attribute: Attribute, value: Json): void {
    const check = checks.get(attribute);
    if (check && !check(value)) throw schemaError(attribute, check.errors?.[0]);
    checkDates(attribute, value);
    checkPrimary(attribute, value);
  }

  function checkResource(resource: JsonObject, before?: JsonObject): void {
    for (const attribute of type.writable) {
      const { name } = attribute;
      if (before && equalJson(resource[name], before[name])) continue;
      const value = resource[name];
      if (value !== undefined) checkWhole(attribute, value);
      else if (isAlwaysAssigned(attribute)) throw missing(name);
    }
  }

  function checkWhole(attribute: Attribute, value: Json): void {
    checkValue(attribute, value);
    if (isArray(value) && JSON.stringify(value).length > limits.stringLength) throw tooLong(attribute);
  }

  return { resource: checkResource, value: checkValue };
}

/** The JSON Schemas of a resource type's attributes, which the build compiles. */
export const valueSchemas = (type: ResourceType): readonly object[] => type.writable.map(valueSchema);

/** Text without U+0000, which the programs that read the tables cannot handle. */
const KEPT_TEXT = '^[^\\u0000]*$';
/** Text that is not only white space. A required attribute has to have such a text. */
const SOME_TEXT = '\\S';

function valueSchema(attribute: Attribute): object {
  const schema = attribute.type === 'complex' ? complexSchema(attribute) : simpleSchema(attribute);
  return attribute.multiValued ? { type: 'array', maxItems: limits.elements, items: schema } : schema;
}

function complexSchema({ subAttributes }: Attribute): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: subAttributes.filter(isAlwaysAssigned).map(({ name }) => name),
    properties: Object.fromEntries(subAttributes.map((sub) => [sub.name, valueSchema(sub)])),
  };
}

function simpleSchema({ type, required }: Attribute): object {
  if (type === 'boolean') return { type };
  if (type === 'integer') return { type, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
  if (type === 'decimal') return { type: 'number' };
  const text = { type: 'string', maxLength: limits.stringLength, pattern: KEPT_TEXT };
  return required ? { ...text, allOf: [{ pattern: SOME_TEXT }] } : text;
}

/** A pattern alone cannot check an xsd:dateTime (RFC 7643 section 2.3.5): it would accept February 30. */
function checkDates(attribute: Attribute, value: Json, name = attribute.name): void {
  if (attribute.type === 'dateTime') {
    const isDate = elementsOf(value).every((text) => typeof text === 'string' && parseDateTime(text) !== undefined);
    if (!isDate) throw invalidValue(`"${name}" must be a date such as "2026-01-31T12:00:00Z".`);
  }
  for (const sub of attribute.subAttributes)
    for (const element of elementsOf(value)) {
      const part = isObject(element) ? element[sub.name] : undefined;
      if (part !== undefined) checkDates(sub, part, `${name}.${sub.name}`);
    }
}

/** RFC 7643 section 2.4 allows only one primary element. */
function checkPrimary({ name }: Attribute, value: Json): void {
  const primaries = elementsOf(value).filter((element) => isObject(element) && element['primary'] === true);
  if (primaries.length > 1)
    throw invalidValue(`"${name}" has more than one primary element. Set primary to true for only one of them.`);
}

function schemaError(attribute: Attribute, error: ErrorObject | undefined): ScimError {
  if (!error) return invalidValue(`"${attribute.name}" does not match its schema.`);
  const path = error.instancePath.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  const name = `${attribute.name}${path}`;
  switch (error.keyword) {
    case 'required':
      return missing(`${name}.${error.params['missingProperty']}`);
    case 'type':
      return invalidValue(
        `"${name}" must be ${article(String(error.params['type']))}, not ${describeJson(error.data as Json)}.`,
      ); // `verbose` adds the refused value
    case 'maxLength':
      return invalidValue(`"${name}" is longer than ${limits.stringLength} characters.`);
    case 'maxItems':
      return invalidValue(`"${name}" has more than ${limits.elements} elements.`);
    case 'pattern':
      return error.params['pattern'] === SOME_TEXT
        ? missing(name)
        : invalidValue(`"${name}" contains the character U+0000. Remove it.`);
    case 'minimum':
    case 'maximum':
      return invalidValue(`"${name}" must be between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}.`);
    default:
      return invalidValue(`"${name}" does not match its schema.`);
  }
}

const article = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`);

const missing = (name: string): ScimError => invalidValue(`"${name}" is required and must not be empty.`);

const invalidValue = (detail: string): ScimError => badRequest('invalidValue', detail);
