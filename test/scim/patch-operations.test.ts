import { describe, expect, test } from '@jest/globals';
import type { ToleranceName } from '../../shared/scim/entra.ts';
import { copyJson, type Json, type JsonObject } from '../../shared/scim/json.ts';
import { readOperations } from '../../shared/scim/patch/operations.ts';
import { patchBudget } from '../../shared/scim/patch/patch.ts';
import { PATCH_OP } from '../service/client.ts';
import { patched } from './patched.ts';
import { strictReading, tolerantReading } from './readings.ts';
import { scimErrorOf } from './scim-error.ts';

const body = (operations: unknown, rest: object = { schemas: [PATCH_OP] }) =>
  copyJson({ ...rest, Operations: operations }) as JsonObject; // the copy of an object is an object

const refusal = (request: JsonObject) => scimErrorOf(() => readOperations(request, strictReading()));

describe('the body of a PATCH', () => {
  test('is a list of operations, whose members can be in any case', () => {
    const read = readOperations(
      body([
        { op: 'replace', path: 'active', value: false },
        { OP: 'Add', Path: null, VALUE: { a: null } },
        { op: 'remove', path: '', value: null, more: 1 },
      ]),
      strictReading(),
    );
    expect(structuredClone(read)).toStrictEqual([
      { op: 'replace', path: 'active', value: false },
      { op: 'Add', value: { a: null } },
      { op: 'remove', path: '', value: null },
    ]);
  });

  test('is refused without its schema', () => {
    for (const rest of [{}, { schemas: [] }, { schemas: PATCH_OP }])
      expect(refusal(body([{ op: 'remove', path: 'name' }], rest))).toEqual({
        status: 400,
        scimType: 'invalidSyntax',
        detail: `The attribute "schemas" must be an array that contains "${PATCH_OP}".`,
      });
  });

  test.each([[undefined], [null], [{}], ['x'], [[]]])('is refused with the operations %j', (operations) => {
    expect(refusal(body(operations))).toEqual({
      status: 400,
      scimType: 'invalidSyntax',
      detail: 'The attribute "Operations" must be an array of at least one operation.',
    });
  });

  test('can have no operations with the tolerance, which is recorded', () => {
    const tolerated = new Set<ToleranceName>();
    expect(readOperations(body([]), tolerantReading(tolerated))).toEqual([]);
    expect([...tolerated]).toEqual(['noOperations']);
    tolerated.clear();
    expect(readOperations(body([{ op: 'add' }]), tolerantReading(tolerated))).toEqual([{ op: 'add' }]);
    expect([...tolerated]).toEqual([]);
    expect(scimErrorOf(() => readOperations(body({}), tolerantReading())).scimType).toBe('invalidSyntax');
  });

  test.each<[unknown, string, string]>([
    [{ path: 'name' }, 'invalidSyntax', 'Operation 2 needs an "op": add, replace or remove.'],
    [{ op: 1 }, 'invalidSyntax', 'Operation 2 needs an "op": add, replace or remove.'],
    ['remove', 'invalidSyntax', 'Operation 2 needs an "op": add, replace or remove.'],
    [null, 'invalidSyntax', 'Operation 2 needs an "op": add, replace or remove.'],
    [{ op: 'remove', path: 1 }, 'invalidPath', 'The path of operation 2 must be a string.'],
    [{ op: 'remove', path: {} }, 'invalidPath', 'The path of operation 2 must be a string.'],
  ])('is refused with the operation %j', (operation, scimType, detail) => {
    expect(refusal(body([{ op: 'remove', path: 'name' }, operation]))).toEqual({ status: 400, scimType, detail });
  });

  test('is refused with too many operations before they are read', () => {
    expect(refusal(body(Array(201).fill('x')))).toEqual({
      status: 400,
      scimType: 'invalidValue',
      detail: 'A PATCH may have at most 200 operations. Send the rest in another PATCH.',
    });
  });
});

describe('an operation', () => {
  const ann: JsonObject = { userName: 'ann', active: true };
  const refused = (operation: { op: string; path?: string; value?: Json }) =>
    scimErrorOf(() => patched(ann, [operation], { reading: strictReading() }));

  test.each<[{ op: string; path?: string; value?: Json }, string, string]>([
    [
      { op: 'Add', path: 'active', value: true },
      'invalidSyntax',
      '"Add" is not a PATCH operation. Use add, replace or remove.',
    ],
    [
      { op: 'move', path: 'x', value: 1 },
      'invalidSyntax',
      '"move" is not a PATCH operation. Use add, replace or remove.',
    ],
    [{ op: 'remove' }, 'noTarget', 'A remove operation needs a path.'],
    [
      { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:User' },
      'noTarget',
      'A remove operation needs a path.',
    ],
    [{ op: 'add', path: 'active' }, 'invalidValue', 'The add operation needs a value.'],
    [{ op: 'replace' }, 'invalidValue', 'The replace operation needs a value.'],
    [
      { op: 'add', value: 'x' },
      'invalidValue',
      'The value of an operation without a path must be an object of attributes.',
    ],
    [
      { op: 'add', value: [{ active: true }] },
      'invalidValue',
      'The value of an operation without a path must be an object of attributes.',
    ],
    [{ op: 'add', value: { nickName: 'a' } }, 'invalidPath', 'BookMe does not store the attribute "nickname".'],
    [
      { op: 'add', value: { active: true, ACTIVE: true } },
      'invalidSyntax',
      'The attribute "ACTIVE" occurs twice in one object. Send it only once.',
    ],
  ])('is refused if it is %j', (operation, scimType, detail) => {
    expect(refused(operation)).toEqual({ status: 400, scimType, detail });
  });

  test('without a path sets each attribute of its value, and ignores its schemas', () => {
    const value = {
      schemas: ['urn:x'],
      DISPLAYNAME: 'Ann',
      'urn:ietf:params:scim:schemas:core:2.0:USER': { active: false },
    };
    for (const op of ['add', 'replace'])
      expect(patched(ann, [{ op, value }], { reading: strictReading() })).toStrictEqual({
        userName: 'ann',
        active: false,
        displayName: 'Ann',
      });
  });

  test('on an attribute that is not stored is ignored and recorded', () => {
    const tolerated = new Set<ToleranceName>();
    const operations = [
      { op: 'add', value: { nickName: 'a' } },
      { op: 'add', path: 'nickName', value: 'a' },
      { op: 'remove', path: 'nickName' },
    ];
    for (const operation of operations) {
      tolerated.clear();
      expect(patched(ann, [operation], { reading: tolerantReading(tolerated) })).toStrictEqual(ann);
      expect([...tolerated]).toEqual(['unmappedIgnored']);
    }
  });

  test('is validated even if a later one overwrites its result, unless the attribute is readOnly', () => {
    const operations = [
      { op: 'replace', path: 'displayName', value: 5 },
      { op: 'replace', path: 'displayName', value: 'Ann' },
    ];
    expect(scimErrorOf(() => patched(ann, operations)).scimType).toBe('invalidValue');
    const odd = { ...ann, id: 5 };
    expect(patched(odd, [{ op: 'replace', path: 'id', value: 5 }])).toStrictEqual(odd);
  });

  test('is refused if a PATCH has more than 200 after the habits of Entra are undone', () => {
    const operations = Array(200).fill({ op: 'replace', path: 'active', value: true });
    expect(patched(ann, operations)).toStrictEqual(ann);
    expect(scimErrorOf(() => patched(ann, [...operations, ...operations])).detail).toMatch(
      /^A PATCH may have at most 200/,
    );
  });

  test('does not modify the given resource', () => {
    const given = Object.freeze({ ...ann, name: Object.freeze({ givenName: 'Ann' }) });
    const after = patched(given, [{ op: 'replace', value: { name: { givenName: 'Bo' }, active: false } }]);
    expect(after).toStrictEqual({ userName: 'ann', active: false, name: { givenName: 'Bo' } });
    expect(given).toEqual({ ...ann, name: { givenName: 'Ann' } });
  });
});

test('a PATCH that takes too much work is refused with invalidValue', () => {
  expect(patchBudget.beyond()).toMatchObject({ status: 400, scimType: 'invalidValue' });
  expect(patchBudget.beyond().message).toMatch(/^This PATCH takes too much work: /);
  expect(patchBudget.steps).toBeGreaterThan(0);
});
