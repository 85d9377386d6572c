// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { defineResourceType } from '../../shared/scim/schema.ts';

const define = (...names: string[]) =>
  defineResourceType({
    name: 'Test',
    endpoint: '/Tests',
    description: '',
    schema: 'urn:test',
    attributes: names.map((name) => ({ name, description: '', subAttributes: [{ name: 'value', description: '' }] })),
  });

describe('a resource type', () => {
  test('fills in the characteristics of RFC 7643 section 2.2, also of sub-attributes', () => {
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
    expect(attribute).toMatchObject(defaults);
    expect(attribute?.sub('value')).toMatchObject(defaults);
  });

  test('finds attributes and sub-attributes in any case, and nothing that every object has', () => {
    const type = define('userName');
    expect(type.attribute('USERNAME')?.name).toBe('userName');
    expect(type.attribute('username')?.sub('Value')?.name).toBe('value');
    for (const name of ['constructor', '__proto__', 'toString', '']) {
      expect(type.attribute(name)).toBeUndefined();
      expect(type.attribute('userName')?.sub(name)).toBeUndefined();
    }
  });

  test('may not have two attributes whose names differ in case alone', () => {
    expect(() => define('a', 'A')).toThrow('Two attributes of one schema have the same name.');
  });
});
