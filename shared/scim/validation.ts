import type { ErrorObject } from 'ajv';
import { elementsOf } from './attr-path.ts';
import { badRequest, type ScimError } from './errors.ts';
import { describeJson, isArray, isObject, type Json, type JsonObject } from './json.ts';
import { compileSchema } from './json-schema.ts';
import { limits } from './limits.ts';
import { type Attribute, isAlwaysAssigned, type ResourceType } from './schema.ts';

/** Throws invalidValue, naming the attribute and what it has to be. */
export type Validate = (resource: JsonObject) => void;

/** Compiles the declared attributes into the check that every resource passes before it is written. */
export function validator(type: ResourceType): Validate {
  const check = compileSchema(jsonSchema(type.writable));
  return (resource) => {
    if (!check(resource)) throw schemaError(check.errors?.[0]);
    for (const attribute of type.writable)
      if (attribute.multiValued) checkElements(attribute, resource[attribute.name]);
  };
}

/** The JSON Schema of an object with these attributes. */
export function jsonSchema(attributes: readonly Attribute[]): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: attributes.filter(isAlwaysAssigned).map((attribute) => attribute.name),
    properties: Object.fromEntries(attributes.map((attribute) => [attribute.name, valueSchema(attribute)])),
  };
}

/** U+0000 cannot stand in what the booking core and the operators read the tables with. */
const KEPT_TEXT = '^[^\\u0000]*$';
const DATE_TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)?$';

function valueSchema(attribute: Attribute): object {
  const one = attribute.type === 'complex' ? jsonSchema(attribute.subAttributes) : simpleSchema(attribute);
  return attribute.multiValued ? { type: 'array', maxItems: limits.elements, items: one } : one;
}

function simpleSchema({ type }: Attribute): object {
  if (type === 'boolean') return { type };
  if (type === 'integer') return { type, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
  if (type === 'decimal') return { type: 'number' };
  return { type: 'string', maxLength: limits.stringLength, pattern: type === 'dateTime' ? DATE_TIME : KEPT_TEXT };
}

/** What a JSON Schema cannot say: RFC 7643 section 2.4 allows one primary element, a column of Table Storage so much text. */
function checkElements({ name }: Attribute, value: Json | undefined): void {
  const primaries = elementsOf(value).filter((element) => isObject(element) && element['primary'] === true);
  if (primaries.length > 1)
    throw invalidValue(`"${name}" has more than one element with primary true; only one may be primary.`);
  if (isArray(value) && JSON.stringify(value).length > limits.stringLength) {
    throw invalidValue(
      `"${name}" is too long: all its elements together may be ${limits.stringLength} characters of JSON.`,
    );
  }
}

function schemaError(error: ErrorObject | undefined): ScimError {
  if (!error) return invalidValue('The resource does not follow its schema.');
  const name = error.instancePath
    .slice(1)
    .replace(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  switch (error.keyword) {
    case 'required':
      return invalidValue(
        `"${[name, error.params['missingProperty']].filter(Boolean).join('.')}" is required and must not be empty.`,
      );
    case 'type':
      return invalidValue(
        `"${name}" has to be ${article(String(error.params['type']))}, not ${describeJson(error.data as Json)}.`,
      ); // verbose gives the value checked
    case 'maxLength':
      return invalidValue(`"${name}" is longer than ${limits.stringLength} characters.`);
    case 'maxItems':
      return invalidValue(`"${name}" has more than ${limits.elements} elements.`);
    case 'pattern':
      return invalidValue(
        error.params['pattern'] === DATE_TIME
          ? `"${name}" has to be a date such as "2026-01-31T12:00:00Z".`
          : `"${name}" holds a character that cannot be kept (U+0000).`,
      );
    case 'minimum':
    case 'maximum':
      return invalidValue(`"${name}" is a number beyond what can be kept.`);
    default:
      return invalidValue(`"${name}" does not follow its schema.`);
  }
}

const article = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`);

const invalidValue = (detail: string): ScimError => badRequest('invalidValue', detail);
