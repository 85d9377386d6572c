import { describe, expect, test } from '@jest/globals';
import type { Attribute } from '../../shared/scim/schema.ts';
import type { Service } from '../../shared/services/service.ts';
import { services } from '../../shared/services/services.ts';
import { readPage, tableBelow } from './markdown.ts';

describe.each(services.map((service) => [service.name, service] as const))(
  "the guide's mapping of %s",
  (name, service) => {
    const heading = name.charAt(0).toUpperCase() + name.slice(1);
    const rows = tableBelow(readPage('docs/entra-setup.md'), heading);

    test('is the one that the service declares', () => {
      expect(Object.fromEntries(rows.map((row) => [row['target attribute'], row['source']]))).toEqual(
        mappingOf(service),
      );
    });

    test('matches by the object id, then by the user name', () => {
      const matching = rows.filter((row) => row['matching precedence'] !== '');
      expect(matching.map((row) => [row['matching precedence'], row['target attribute']])).toEqual([
        ['1', 'externalId'],
        ['2', 'userName'],
      ]);
    });

    test('has the mapping type Expression only if the source is an expression', () => {
      for (const row of rows) expect(row['mapping type']).toBe(row['source']?.includes('(') ? 'Expression' : 'Direct');
    });
  },
);

test("the README's mapping is the one that the services declare", () => {
  const rows = tableBelow(readPage('README.md'), 'The mapping');
  for (const service of services) {
    const mapped = rows.filter((row) => row[service.name] === 'yes');
    expect(Object.fromEntries(mapped.map((row) => [row['SCIM attribute'], row['Entra source']]))).toEqual(
      mappingOf(service),
    );
  }
});

/** The declared source of each target attribute. */
const mappingOf = ({ resourceType }: Service): Record<string, string> =>
  Object.fromEntries(resourceType.writable.flatMap(mappedIn));

function mappedIn(attribute: Attribute): readonly (readonly [string, string])[] {
  if (attribute.entra !== undefined) return [[attribute.name, attribute.entra]];
  const [path] = Object.values(attribute.derived ?? {});
  return attribute.subAttributes.flatMap(({ name, entra }) =>
    entra === undefined ? [] : [[path ?? `${attribute.name}.${name}`, entra] as const],
  );
}
