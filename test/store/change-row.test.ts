import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../shared/scim/json.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { rooms } from '../../shared/services/rooms.ts';
import {
  type ChangeRow,
  changedPaths,
  changeFrom,
  changePage,
  changeRow,
  changeWords,
  END_OF_CHANGES,
  isChangeKey,
  isDisabledOrDeleted,
  keyAt,
  overlap,
  pathsOfDeletion,
  timeOf,
} from '../../shared/store/change-row.ts';

const at = new Date('2026-11-27T19:52:49.123Z');
const rowKey = `~change.20261127T195249123Z.${'0a'.repeat(8)}`;
const change: ChangeRow = {
  rowKey,
  change: 'updated',
  id: 'i',
  at,
  attributes: ['userName', 'name.givenName'],
  token: 't',
};
const row = {
  partitionKey: 'contoso',
  rowKey,
  change: 'updated',
  id: 'i',
  at,
  attributes: 'userName name.givenName',
  token: 't',
};

test('a change is written as one row, and read from it', () => {
  expect(changeRow('contoso', change)).toEqual(row);
  expect(changeFrom(row)).toEqual(change);
  expect(changeFrom({ ...row, attributes: '' })?.attributes).toEqual([]);
});

test.each(changeWords)('a change can be "%s"', (word) => {
  expect(changeFrom({ ...row, change: word })?.change).toBe(word);
});

describe('a change row is damaged if', () => {
  test.each<readonly [string, object]>([
    ['its word is unknown', { change: 'burnt' }],
    ['it has no key', { rowKey: undefined }],
    ['its id is missing', { id: undefined }],
    ['its token is missing', { token: 7 }],
    ['its time is no date', { at: at.toISOString() }],
    ['its time is not the time in its key', { at: new Date(at.getTime() + 1) }],
    ['its attributes are missing', { attributes: undefined }],
  ])('%s', (_what, cells) => {
    expect(changeFrom({ ...row, ...cells })).toBeUndefined();
  });
});

test('a page names its damaged rows', () => {
  expect(changePage([row, { ...row, id: 7 }, row])).toEqual({ changes: [change, change], damaged: [rowKey] });
});

describe('the keys of changes', () => {
  test('begin with the time, before all later ones and before the end', () => {
    expect(keyAt(at)).toBe('~change.20261127T195249123Z');
    expect(END_OF_CHANGES).toBe('~change.~');
    expect(timeOf(rowKey)).toBe(at.getTime());
  });

  test.each([
    [rowKey, true],
    [`x${rowKey}`, false],
    [`${rowKey}0`, false],
    [rowKey.slice(0, -1), false],
    [rowKey.toUpperCase(), false],
    [rowKey.replace('Z', 'z'), false],
    [rowKey.replace('~change.', '~changes.'), false],
  ])('%s is one: %p', (key, expected) => {
    expect(isChangeKey(key)).toBe(expected);
    expect(Number.isNaN(timeOf(key))).toBe(!expected);
  });
});

test('a change appears at most 15.5 seconds later than its key says', () => {
  expect(overlap).toBe(15_500);
});

describe('a resource is disabled or deleted by', () => {
  test.each([
    ['a disable', { change: 'disabled', attributes: ['active'] }, true],
    ['the deletion of a resource in use', { change: 'deleted', attributes: ['active'] }, true],
    ['the deletion of a resource out of use', { change: 'deleted', attributes: [] }, false],
    ['another change', { change: 'updated', attributes: ['active'] }, false],
  ] as const)('%s', (_what, one, expected) => {
    expect(isDisabledOrDeleted(one)).toBe(expected);
  });
});

test('the change row of a deletion names the status only of a resource in use', () => {
  const state = (attributes: JsonObject, unreadable: readonly string[] = []) =>
    pathsOfDeletion(advisors.resourceType, { attributes, unreadable });
  expect(state({ active: true })).toEqual(['active']);
  expect(state({ active: false })).toEqual([]);
  expect(state({}, ['active'])).toEqual(['active']);
});

describe('the changed paths', () => {
  const before = { userName: 'a', name: { givenName: 'A', familyName: 'B' }, addresses: [{ formatted: 'x' }] };

  test.each<readonly [string, JsonObject, readonly string[]]>([
    ['nothing', before, []],
    ['an attribute', { ...before, userName: 'b' }, ['userName']],
    ['a new attribute', { ...before, displayName: 'A' }, ['displayName']],
    ['a removed attribute', { name: before.name, addresses: before.addresses }, ['userName']],
    ['a sub-attribute', { ...before, name: { givenName: 'C', familyName: 'B' } }, ['name.givenName']],
    ['a complex attribute', { userName: 'a', addresses: before.addresses }, ['name.familyName', 'name.givenName']],
    ['an element', { ...before, addresses: [{ formatted: 'y' }] }, ['addresses']],
  ])('are those of %s', (_what, after, paths) => {
    expect(changedPaths(advisors.resourceType, before, after)).toEqual(paths);
  });

  test('are in the order of the declaration', () => {
    expect(changedPaths(rooms.resourceType, {}, { active: true, userName: 'r', externalId: 'x' })).toEqual([
      'externalId',
      'userName',
      'active',
    ]);
  });
});
