import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { projection } from '../../../shared/scim/projection.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { wholeAdvisor } from './arbitrary-advisors.ts';
import { runs } from './runs.ts';

const type = advisors.resourceType;
const ALWAYS = ['schemas', 'id'];
const paths = type.attributes.flatMap(({ name, subAttributes }) => [
  name,
  ...subAttributes.map((sub) => `${name}.${sub.name}`),
]);
const name = fc
  .constantFrom(...paths, 'nickName', 'name.middleName', '__proto__', 'constructor', '', '!')
  .chain((one) => fc.constantFrom(one, one.toUpperCase(), `${type.schema}:${one}`));
const names = fc.array(name, { maxLength: 6 });

/** The simple values of a resource, such as "addresses.type=work", in order. */
function leaves(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leaves(one, path));
  if (typeof value !== 'object' || value === null) return [`${path}=${value}`];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, path === '' ? key : `${path}.${key}`));
}

const pathOf = (leaf: string): string => leaf.slice(0, leaf.indexOf('='));
const topOf = (leaf: string): string => pathOf(leaf).split('.')[0] ?? '';

/** Whether the value or its attribute is in the list of names. */
const isNamed = (leaf: string, by: readonly string[]): boolean =>
  by
    .map((one) => one.toLowerCase().replace(`${type.schema.toLowerCase()}:`, ''))
    .some((one) => one === pathOf(leaf).toLowerCase() || one === topOf(leaf).toLowerCase());

describe('a projection', () => {
  const project = (
    resource: Parameters<ReturnType<typeof projection>>[0],
    attributes: readonly string[],
    excludedAttributes: readonly string[],
  ) => leaves(projection(type, { attributes, excludedAttributes })(resource));

  test('contains exactly the included values that are not excluded, and those that are always returned', () => {
    fc.assert(
      fc.property(wholeAdvisor, names, names, (resource, included, excluded) => {
        const expected = leaves(resource).filter(
          (leaf) =>
            ALWAYS.includes(topOf(leaf)) ||
            ((included.length === 0 || isNamed(leaf, included)) && !isNamed(leaf, excluded)),
        );
        expect(project(resource, included, excluded)).toEqual(expected);
      }),
      runs(2000),
    );
  });

  test('and the projection that excludes the same names together have all values', () => {
    fc.assert(
      fc.property(wholeAdvisor, fc.array(name, { minLength: 1, maxLength: 6 }), (resource, some) => {
        const both = [...project(resource, some, []), ...project(resource, [], some)];
        expect(new Set(both)).toEqual(new Set(leaves(resource)));
      }),
      runs(1000),
    );
  });

  test('does not modify the resource', () => {
    fc.assert(
      fc.property(wholeAdvisor, names, names, (resource, attributes, excludedAttributes) => {
        const before = JSON.stringify(resource);
        projection(type, { attributes, excludedAttributes })(resource);
        expect(JSON.stringify(resource)).toBe(before);
      }),
      runs(300),
    );
  });
});
