import { badRequest, quote } from './errors.ts';
import { isArray, type Json, type JsonObject, membersByName } from './json.ts';
import { limits } from './limits.ts';
import { type FilterMatch, readFilter } from './match.ts';
import { messages, requireSchema } from './messages.ts';
import { type Project, type ProjectionNames, projection } from './projection.ts';
import type { Budget, Reading } from './reading.ts';
import type { ResourceType } from './schema.ts';
import { readSort, type Sort } from './sort.ts';

/** A query for resources (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865). */
export interface Query {
  readonly match: FilterMatch | undefined;
  readonly sort: Sort | undefined;
  /** The 1-based index of the first resource; 1 if the client did not send it. */
  readonly startIndex: number;
  /** The most resources on a page, at most limits.pageSize; undefined if the client did not send it. */
  readonly count: number | undefined;
  /** Undefined with index paging, '' for the first page by cursor. */
  readonly cursor: string | undefined;
  readonly project: Project;
  readonly reading: Reading;
  /** The parameters that have to stay the same from page to page. */
  readonly digest: string;
}

/** The parameters of a query as text, from the URL or from a SearchRequest. */
type QueryParameters = ReadonlyMap<string, string>;

/** Reads the parameters of a GET. Names are case-insensitive, unknown parameters are ignored. Throws invalidFilter, invalidValue, invalidCount. */
export function readQuery(type: ResourceType, search: URLSearchParams, reading: Reading): Query {
  return queryOf(type, parametersOf(search), reading);
}

/** Reads a SearchRequest, the body of POST .search (RFC 7644 section 3.4.3). Throws as readQuery does, and invalidSyntax. */
export function readSearchRequest(type: ResourceType, body: JsonObject, reading: Reading): Query {
  const members = membersByName(body);
  requireSchema(members, messages.searchRequest);
  const given = [...members].filter(([name, value]) => knownParameters.has(name) && value !== null);
  return queryOf(type, new Map(given.map(([name, value]) => [name, parameterText(name, value)])), reading);
}

/** How much work one query may cause. */
export const queryBudget: Budget = {
  steps: limits.querySteps,
  beyond: () =>
    badRequest(
      'tooMany',
      'This query takes too much work: its filter has too many comparisons for so many resources. ' +
        'Use fewer comparisons, or a filter with eq on id, externalId or userName.',
    ),
};

/**
 * Throws invalidSyntax if an unknown parameter contains a path. The Tenant URL was then entered with a query, to which the client appended its path,
 * so the service received a different request from the one that the client meant.
 */
export function refusePathInQuery(search: URLSearchParams): void {
  for (const [name, value] of search)
    if (!knownParameters.has(name.toLowerCase()) && (name.includes('/') || value.includes('/')))
      throw badRequest(
        'invalidSyntax',
        `The query parameter ${quote(name)} contains a path. Enter the Tenant URL without "?" and the text after it, ` +
          'or only with the flag at its end: …/scim?aadOptscim062020.',
      );
}

/** Reads only the projection of a request, for verbs that return one resource. */
export function readProjection(type: ResourceType, search: URLSearchParams): Project {
  return projection(type, projectionNames(parametersOf(search)));
}

function parametersOf(search: URLSearchParams): QueryParameters {
  const parameters = new Map<string, string>();
  for (const [name, value] of search) {
    const key = name.toLowerCase();
    const before = parameters.get(key);
    if (before !== undefined && knownParameters.has(key) && !listParameters.has(key)) {
      throw badRequest(
        key === 'filter' ? 'invalidFilter' : 'invalidValue',
        `The query parameter "${knownParameters.get(key)}" occurs twice. Send it only once.`,
      );
    }
    parameters.set(key, before === undefined ? value : `${before},${value}`);
  }
  return parameters;
}

const listParameters = new Set(['attributes', 'excludedattributes']);
const parameterNames = [
  'attributes',
  'excludedAttributes',
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
];
/** The known parameters, by their names in lower case. */
const knownParameters = new Map(parameterNames.map((name) => [name.toLowerCase(), name]));

function parameterText(name: string, value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && (name === 'startindex' || name === 'count')) return String(value);
  if (listParameters.has(name) && isArray(value) && value.every((element) => typeof element === 'string'))
    return value.join(',');
  throw badRequest('invalidSyntax', `"${knownParameters.get(name)}" in the search request must be ${typeOf(name)}.`);
}

function typeOf(name: string): string {
  if (listParameters.has(name)) return 'an array of strings';
  return name === 'startindex' || name === 'count' ? 'a number' : 'a string';
}

function queryOf(type: ResourceType, parameters: QueryParameters, reading: Reading): Query {
  const filter = parameters.get('filter');
  const sortBy = parameters.get('sortby');
  const sortOrder = parameters.get('sortorder');
  return {
    match: filter === undefined ? undefined : readFilter(type, filter, reading),
    sort: sortBy === undefined ? undefined : readSort(type, sortBy, sortOrder),
    startIndex: Math.max(1, readInteger(parameters, 'startindex') ?? 1),
    count: readCount(parameters),
    cursor: parameters.get('cursor'),
    project: projection(type, projectionNames(parameters)),
    reading,
    digest: JSON.stringify([filter, sortBy, sortOrder]),
  };
}

/** A negative count is read as 0 (RFC 7644 table 6, RFC 9865 section 2.1). */
function readCount(parameters: QueryParameters): number | undefined {
  const count = readInteger(parameters, 'count');
  return count === undefined ? undefined : Math.min(Math.max(0, count), limits.pageSize);
}

function readInteger(parameters: QueryParameters, name: 'startindex' | 'count'): number | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  if (/^[+-]?\d{1,30}$/.test(text.trim())) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  throw badRequest(
    name === 'count' && parameters.has('cursor') ? 'invalidCount' : 'invalidValue',
    `"${knownParameters.get(name)}" must be a whole number.`,
  );
}

function projectionNames(parameters: QueryParameters): ProjectionNames {
  return {
    attributes: namesIn(parameters.get('attributes')),
    excludedAttributes: namesIn(parameters.get('excludedattributes')),
  };
}

const namesIn = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
