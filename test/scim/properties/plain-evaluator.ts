import type { Filter } from '../../../shared/scim/filter.ts';

/** A second, short evaluator for RFC 7644 section 3.4.2.2. It reads the returned JSON, has its own table of types, and compares texts. */
const types: Readonly<Record<string, 'caseExact' | 'boolean' | 'date'>> = {
  schemas: 'caseExact',
  id: 'caseExact',
  externalid: 'caseExact',
  active: 'boolean',
  'addresses.primary': 'boolean',
  'meta.resourcetype': 'caseExact',
  'meta.created': 'date',
  'meta.lastmodified': 'date',
  'meta.location': 'caseExact',
  'meta.version': 'caseExact',
};

/** Whether the filter matches a JSON object. If the object is an element, `prefix` is its attribute and a dot. */
export function matchesPlainly(filter: Filter, json: unknown, prefix = ''): boolean {
  switch (filter.kind) {
    case 'and':
      return !filter.filters.some((one) => !matchesPlainly(one, json, prefix));
    case 'or':
      return filter.filters.filter((one) => matchesPlainly(one, json, prefix)).length > 0;
    case 'not':
      return !matchesPlainly(filter.filter, json, prefix);
    case 'valuePath': {
      const name = filter.path.name.toLowerCase();
      return list(member(json, name)).some((element) => matchesPlainly(filter.filter, element, `${name}.`));
    }
    case 'present':
      return isSomething(values(json, filter.path));
    case 'compare': {
      const name = prefix + [filter.path.name, filter.path.sub].filter((part) => part !== undefined).join('.');
      const { operator, value } = filter;
      if (value === null) return isSomething(values(json, filter.path)) === (operator === 'ne');
      const found = /primary$/i.test(name)
        ? primaries(prefix === '' ? list(member(json, 'addresses')) : [json])
        : values(json, filter.path);
      if (operator === 'ne' && found.length === 0) return true;
      return found.some((one) => compares(types[name.toLowerCase()], one, operator, value));
    }
  }
}

/** RFC 7643 section 2.4: an unassigned primary is false. */
const primaries = (elements: readonly unknown[]): readonly unknown[] =>
  elements.map((one) => member(one, 'primary') ?? false);

function compares(type: string | undefined, actual: unknown, operator: string, wanted: unknown): boolean {
  const isPart = ['co', 'sw', 'ew'].includes(operator);
  const [left, right] = [actual, wanted].map((value) => asText(isPart && type === 'date' ? 'text' : type, value));
  if (left === undefined || right === undefined) throw new Error('There are not two texts to compare.');
  if (operator === 'co') return left.split(right).length > 1 || right === '';
  if (operator === 'sw') return left.slice(0, right.length) === right;
  if (operator === 'ew') return right === '' || left.slice(-right.length) === right;
  const isEqual = left === right;
  const isBefore = !isEqual && [right, left].sort()[0] === left;
  return { eq: isEqual, ne: !isEqual, lt: isBefore, le: isBefore || isEqual, ge: !isBefore, gt: !isBefore && !isEqual }[
    operator
  ] as boolean; // the operator is one of these six
}

function asText(type: string | undefined, value: unknown): string {
  if (type === 'date') return new Date(String(value)).toJSON();
  return type === 'caseExact' ? String(value) : String(value).toLowerCase();
}

function values(json: unknown, { name, sub }: { name: string; sub?: string }): readonly unknown[] {
  const found = list(member(json, name));
  return sub === undefined ? found : found.flatMap((one) => list(member(one, sub)));
}

const member = (json: unknown, name: string): unknown =>
  Object.entries(json ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

const isSomething = (found: readonly unknown[]): boolean =>
  found.some((one) => !/^(""|\{\}|null)$/.test(JSON.stringify(one)));
