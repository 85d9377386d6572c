import { withFunctions } from './queries.ts';

/**
 * The queries and the saved function read a record in only one way, so that this file can find what they read: they choose the kind of record by the start of its text,
 * parse it as `r`, and convert each field that they read: `tenant = tostring(r.tenant)`.
 */
const KIND = /startswith_cs '(\{[^']*)'/g;
const ANY_FIELD = /\br\.(\w+(?:\.\w+)*)/g;
const FIELD = /(\w+)\(r\.(\w+(?:\.\w+)*)/g;
const COMPARED = /(?:tostring\(r\.)?\b(\w+)\)? (?:==|!=|in) (\('[^)]*'\)|'[^']*')/g;

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  tostring: (value) => typeof value === 'string' || typeof value === 'number',
  toint: (value) => Number.isInteger(value),
  todouble: (value) => typeof value === 'number',
  todynamic: Array.isArray,
};

/** The fields of records that a query reads. */
export const fieldsOf = (query: string): readonly string[] =>
  [...query.matchAll(ANY_FIELD)].map(([, field = '']) => field);

/** What a query expects of the log but does not find in these texts, which the service wrote, as messages. */
export function unmetExpectations(written: string, log: readonly string[]): readonly string[] {
  const query = withFunctions(written);
  const kinds = [...query.matchAll(KIND)].map(([, start = '']) => start);
  const records = log.filter((text) => kinds.some((start) => text.startsWith(start))).map((text) => JSON.parse(text));
  return [
    ...kinds.filter((start) => !log.some((text) => text.startsWith(start))).map((start) => `no record begins ${start}`),
    ...unreadable(query),
    ...reads(query).flatMap(({ field, conversion }) => misfits(field, conversion, records)),
    ...comparisons(query).flatMap(({ field, value }) =>
      records.some((record) => valueAt(record, field) === value) ? [] : [`no record has the ${field} ${value}`],
    ),
  ];
}

interface Read {
  readonly field: string;
  readonly conversion: string;
}

const reads = (query: string): readonly Read[] =>
  [...query.matchAll(FIELD)].map(([, conversion = '', field = '']) => ({ field, conversion }));

/** No query may read a field in a different way, because this file would not find it. */
const unreadable = (query: string): readonly string[] =>
  fieldsOf(query).length === reads(query).length && !/\br\[/.test(query)
    ? []
    : ['a field is read without a conversion'];

function misfits(field: string, conversion: string, records: readonly unknown[]): readonly string[] {
  const values = records.map((record) => valueAt(record, field)).filter((value) => value !== undefined);
  if (values.length === 0) return [`no record has ${field}`];
  return values.every((value) => fits[conversion]?.(value)) ? [] : [`${field} is not for ${conversion}`];
}

/** The values with which fields are compared, except those that an operator chooses. A column of the saved function has the name of its field. */
function comparisons(query: string) {
  const known = new Set(fieldsOf(query));
  return [...query.matchAll(COMPARED)]
    .filter(([, field = '']) => known.has(field) && field !== 'service' && field !== 'tenant')
    .flatMap(([, field = '', values = '']) =>
      [...values.matchAll(/'([^']*)'/g)].map(([, value = '']) => ({ field, value })),
    );
}

const valueAt = (record: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce((value, name) => (typeof value === 'object' && value ? Reflect.get(value, name) : undefined), record);
