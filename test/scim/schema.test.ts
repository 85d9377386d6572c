import { describe, expect, test } from '@jest/globals';
import {
  type Attribute,
  defineResourceType,
  isAlwaysAssigned,
  isInUse,
  statusAttribute,
  uniqueAttributes,
} from '../../shared/scim/schema.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { services } from '../../shared/services/services.ts';
import { allKinds } from './a-type-of-all-kinds.ts';

const define = (...names: string[]) =>
  defineResourceType({
    name: 'Test',
    endpoint: '/Tests',
    description: '',
    schema: 'urn:test',
    attributes: names.map((name) => ({ name, description: '', subAttributes: [{ name: 'value', description: '' }] })),
  });

describe('a resource type', () => {
  test('gives attributes and sub-attributes the default characteristics of RFC 7643 section 2.2', () => {
    const attribute = define('a').attribute('a');
    const defaults = {
      type: 'string',
      multiValued: false,
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    };
    expect(attribute).toMatchObject({ ...defaults, subAttributes: [{ ...defaults, subAttributes: [] }] });
    expect(attribute?.sub('value')).toMatchObject(defaults);
  });

  test('finds attributes and sub-attributes in any case, but not the members that every object inherits', () => {
    const type = define('userName');
    expect(type.attribute('USERNAME')?.name).toBe('userName');
    expect(type.attribute('username')?.sub('Value')?.name).toBe('value');
    for (const name of ['constructor', '__proto__', 'toString', '']) {
      expect(type.attribute(name)).toBeUndefined();
      expect(type.attribute('userName')?.sub(name)).toBeUndefined();
    }
  });

  test('cannot have two attributes whose names differ only in case', () => {
    expect(() => define('a', 'A')).toThrow('Two attributes of one schema have the same name.');
  });

  test('keeps the other properties of a declaration', () => {
    expect(allKinds).toMatchObject({ name: 'Kind', endpoint: '/Kinds', schema: 'urn:test:Kind' });
    expect(allKinds.attribute('secret')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
    expect(Object.isFrozen(allKinds) && Object.isFrozen(allKinds.attribute('secret'))).toBe(true);
  });

  test('lists the writable attributes in the order of the declaration', () => {
    expect(allKinds.writable.map(({ name }) => name)).toEqual(
      allKinds.attributes.map(({ name }) => name).filter((name) => !['schemas', 'id', 'meta'].includes(name)),
    );
  });

  test('knows which attributes always have a value, and which are unique within a tenant', () => {
    const always = advisors.resourceType.writable.filter(isAlwaysAssigned);
    expect(always.map(({ name }) => name)).toEqual(['userName', 'active']);
    expect(uniqueAttributes(advisors.resourceType).map(({ name }) => name)).toEqual(['userName']);
  });

  test('knows which attribute shows whether a resource is in use; without one, every resource is in use', () => {
    expect(statusAttribute(advisors.resourceType)?.name).toBe('active');
    expect(statusAttribute(allKinds)).toBeUndefined();
    const inUse = [true, false, 'true'].map((active) => isInUse(advisors.resourceType, { active }));
    expect(inUse).toEqual([true, false, false]);
    expect(isInUse(advisors.resourceType, {})).toBe(false);
    expect(isInUse(allKinds, {})).toBe(true);
  });
});

test.each(services)(
  'every attribute of $name, including the common ones, is described in a sentence',
  ({ resourceType }) => {
    const sentences = resourceType.attributes
      .flatMap((attribute): readonly Attribute[] => [attribute, ...attribute.subAttributes])
      .map(({ description }) => description);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].+\.$/);
  },
);

test('the common attributes are those of RFC 7643 section 3.1', () => {
  const common = advisors.resourceType.attributes.filter((attribute) => attribute.common);
  const readOnly = { mutability: 'readOnly', common: true };
  const text = { type: 'string', multiValued: false, caseExact: true, returned: 'default' };
  expect(common).toMatchObject([
    { ...readOnly, name: 'schemas', type: 'reference', multiValued: true, caseExact: true, returned: 'always' },
    { ...readOnly, ...text, name: 'id', returned: 'always', uniqueness: 'server' },
    { ...text, name: 'externalId', mutability: 'readWrite', uniqueness: 'none' },
    { ...readOnly, name: 'meta', type: 'complex', returned: 'default' },
  ]);
  expect(advisors.resourceType.attribute('meta')?.subAttributes).toMatchObject([
    { name: 'resourceType', type: 'string', caseExact: true, mutability: 'readOnly' },
    { name: 'created', type: 'dateTime', mutability: 'readOnly' },
    { name: 'lastModified', type: 'dateTime', mutability: 'readOnly' },
    { name: 'location', type: 'reference', caseExact: true, mutability: 'readOnly' },
    { name: 'version', type: 'string', caseExact: true, mutability: 'readOnly' },
  ]);
});
