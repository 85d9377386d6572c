import fc from 'fast-check';
import { compareOps, type Filter } from '../../../shared/scim/filter.ts';
import { copyJson, type JsonObject } from '../../../shared/scim/json.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { anAdvisor } from '../an-advisor.ts';
import { filtersOf } from './arbitrary-filters.ts';

/** Only a few texts, so that filters often match. They differ in case, length and alphabet. */
export const text = fc.constantFrom(
  'ann',
  'ANN',
  'Ann Berg',
  'berg',
  'b',
  'Ågård',
  'ågårD',
  'ΑΣ',
  'work',
  'home',
  'Work',
  '日本',
);
const date = fc.constantFrom(
  '2026-01-31T12:00:00Z',
  '2026-01-31T13:00:00+01:00',
  '2026-02-01T08:30:00.5Z',
  '2025-12-31T23:59:59',
);

const element = fc
  .record({ formatted: text, type: text, primary: fc.boolean() }, { requiredKeys: ['formatted'] })
  .map((one): JsonObject => ({ ...one }));
const withOnePrimary = (elements: readonly JsonObject[]): readonly JsonObject[] =>
  elements.map((one, at) => ({ ...one, ...(at > 0 && 'primary' in one && { primary: false }) }));

const optional = {
  externalId: text,
  name: fc
    .record({ familyName: text, givenName: text }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0),
  displayName: text,
  addresses: fc
    .uniqueArray(element, { selector: ({ primary: _, ...one }) => JSON.stringify(one), minLength: 1, maxLength: 4 })
    .map(withOnePrimary),
};

/** The attributes of an advisor that a client may write, as they are stored: valid, and without empty values. */
export const writtenAdvisor: fc.Arbitrary<JsonObject> = fc
  .record({ ...optional, userName: text, active: fc.boolean() }, { requiredKeys: ['userName', 'active'] })
  .map(inOrder);

/** The attributes in the order of their declaration, and without prototypes, like those of a request. */
function inOrder(one: Readonly<Record<string, unknown>>): JsonObject {
  const entries = advisors.resourceType.writable.flatMap(({ name }) => (name in one ? [[name, one[name]]] : []));
  return copyJson(Object.fromEntries(entries)) as JsonObject; // the copy of an object is an object
}

/** Rendered advisors: the schemas, id and meta of anAdvisor, with any attributes. */
export const wholeAdvisor: fc.Arbitrary<JsonObject> = writtenAdvisor.map((written) => {
  const { schemas, id, meta } = anAdvisor();
  return copyJson({ schemas, id, ...written, meta }) as JsonObject; // the copy of an object is an object
});

const anyCase = (name: string) => fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());
const spelled = (...names: readonly string[]) =>
  fc
    .constantFrom(...names)
    .chain((name) => fc.tuple(fc.constantFrom({}, { uri: advisors.resourceType.schema }), anyCase(name)))
    .map(([uri, name]) => {
      const [attribute = '', sub] = name.split('.');
      return { ...uri, name: attribute, ...(sub !== undefined && { sub }) };
    });

const texts = [
  'userName',
  'displayName',
  'externalId',
  'name.familyName',
  'name.givenName',
  'addresses.formatted',
  'addresses.type',
  'schemas',
  'id',
];
const booleans = ['active', 'addresses.primary'];
const dates = ['meta.created', 'meta.lastModified'];
const at = fc.constant(0);

const compareOf = (
  names: readonly string[],
  operators: readonly (typeof compareOps)[number][],
  value: fc.Arbitrary<string | boolean | null>,
  path: (...from: readonly string[]) => ReturnType<typeof spelled> = spelled,
): fc.Arbitrary<Filter> =>
  fc.record({
    kind: fc.constant('compare' as const),
    path: path(...names),
    operator: fc.constantFrom(...operators),
    value,
    at,
  });

const booleanValue = fc.oneof(fc.boolean(), fc.constantFrom('True', 'false'));
const plainName = (...names: readonly string[]) =>
  fc
    .constantFrom(...names)
    .chain(anyCase)
    .map((name) => ({ name }));
const presentOf = (path: ReturnType<typeof spelled>): fc.Arbitrary<Filter> =>
  fc.record({ kind: fc.constant('present' as const), path, at });

const elementFilter = filtersOf({
  present: presentOf(plainName('formatted', 'type', 'primary')),
  compare: fc.oneof(
    compareOf(['formatted', 'type'], compareOps, text, plainName),
    compareOf(['primary'], ['eq', 'ne'], booleanValue, plainName),
    compareOf(['type', 'primary'], ['eq', 'ne'], fc.constant(null), plainName),
  ),
});

/** Filters on an advisor, with stored attributes and values of their types. */
export const advisorFilter: fc.Arbitrary<Filter> = filtersOf(
  {
    present: presentOf(spelled(...texts, ...booleans, ...dates, 'name', 'addresses', 'meta')),
    compare: fc.oneof(
      compareOf(texts, compareOps, text),
      compareOf(booleans, ['eq', 'ne'], booleanValue),
      compareOf(dates, ['eq', 'ne', 'gt', 'ge', 'lt', 'le'], date),
      compareOf(dates, ['co', 'sw', 'ew'], fc.constantFrom('2026', 'Z', ':', '-01-')),
      compareOf([...texts, ...booleans, ...dates], ['eq', 'ne'], fc.constant(null)),
    ),
  },
  () => fc.record({ kind: fc.constant('valuePath' as const), path: spelled('addresses'), filter: elementFilter, at }),
);
