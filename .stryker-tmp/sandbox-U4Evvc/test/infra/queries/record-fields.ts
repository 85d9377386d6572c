// @ts-nocheck
import { withFunctions } from './queries.ts';

/**
 * The queries and the saved function speak of a record in one way, so that it can be followed: they choose the kind of record by how its text begins,
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

/** What a query expects of the log that these texts, which the service wrote, do not show: as sentences. */
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

/** Whoever reads a field in another way is not followed here, so nobody may. */
const unreadable = (query: string): readonly string[] =>
  fieldsOf(query).length === reads(query).length && !/\br\[/.test(query)
    ? []
    : ['a field is read without a conversion'];

function misfits(field: string, conversion: string, records: readonly unknown[]): readonly string[] {
  const values = records.map((record) => valueAt(record, field)).filter((value) => value !== undefined);
  if (values.length === 0) return [`no record has ${field}`];
  return values.every((value) => fits[conversion]?.(value)) ? [] : [`${field} is not for ${conversion}`];
}

/** What fields of records are compared with, but for those that an operator chooses; a column of the saved function has its field's name. */
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
