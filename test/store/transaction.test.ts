import { describe, expect, test } from '@jest/globals';
import { uniqueAttributes } from '../../shared/scim/schema.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { newState, type Stored } from '../../shared/store/resource-row.ts';
import {
  indexRowsOf,
  insertSteps,
  moveSteps,
  removeSteps,
  storedIndexRows,
  updateSteps,
} from '../../shared/store/transaction.ts';
import { userNameKeyOf } from './rows.ts';

const unique = uniqueAttributes(advisors.resourceType);
const ID = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const NEW_ID = '1b32bb8d-5c5f-4c34-9f5e-6d1d0d2a7a02';
const at = new Date(0);

/** A stored resource with this userName and externalId. */
const stored = (userName: string, externalId = ID): Stored => {
  const attributes = { userName, externalId };
  const rest = { created: at, lastModified: at, indexRows: indexRowsOf(unique, attributes), preserved: {} };
  return { ...newState(ID, attributes, rest), etag: 'W/"1"' };
};
const rowFor = ({ rowKey }: Stored) => ({ partitionKey: 'contoso', rowKey, displayName: 'Anna' });
const pointerTo = (target: string, rowKey: string) => ({ partitionKey: 'contoso', target, id: ID, rowKey });

const anna = stored('Anna');
const row = rowFor(anna);

test('a new resource has its row, its unique rows and its id row, in the order in which storage reports conflicts', () => {
  expect(insertSteps(row, anna)).toEqual([
    { action: ['create', row], claims: 'externalId' },
    { action: ['create', pointerTo(ID, userNameKeyOf('anna'))], claims: 'userName' },
    { action: ['create', pointerTo(ID, `~id.${ID}`)], claims: 'id' },
  ]);
});

describe('a change that keeps the RowKey', () => {
  test('replaces the row under the ETag that was read', () => {
    expect(updateSteps({ before: anna, after: anna, row })).toEqual([
      { action: ['update', row, 'Replace', { etag: 'W/"1"' }] },
    ]);
  });

  test('moves the userName row when the userName changes', () => {
    expect(updateSteps({ before: anna, after: stored('Bo'), row }).slice(1)).toEqual([
      { action: ['delete', { partitionKey: 'contoso', rowKey: userNameKeyOf('anna') }], isIndexRow: true },
      { action: ['create', pointerTo(ID, userNameKeyOf('bo'))], claims: 'userName' },
    ]);
  });
});

describe('a change of the RowKey', () => {
  test('moves the row, and directs every index row to it', () => {
    const after = stored('Anna', NEW_ID);
    expect(moveSteps({ before: anna, after, row: rowFor(after) })).toEqual([
      { action: ['delete', { partitionKey: 'contoso', rowKey: ID }] },
      { action: ['create', rowFor(after)], claims: 'externalId' },
      { action: ['upsert', pointerTo(NEW_ID, userNameKeyOf('anna')), 'Replace'] },
      { action: ['upsert', pointerTo(NEW_ID, `~id.${ID}`), 'Replace'] },
    ]);
  });

  test('moves the userName row too when the userName changes', () => {
    const after = stored('Bo', NEW_ID);
    expect(moveSteps({ before: anna, after, row: rowFor(after) }).slice(2)).toEqual([
      { action: ['delete', { partitionKey: 'contoso', rowKey: userNameKeyOf('anna') }], isIndexRow: true },
      { action: ['create', pointerTo(NEW_ID, userNameKeyOf('bo'))], claims: 'userName' },
      { action: ['upsert', pointerTo(NEW_ID, `~id.${ID}`), 'Replace'] },
    ]);
  });
});

test('a deletion takes the row first, and then its index rows', () => {
  expect(removeSteps('contoso', anna)).toEqual([
    { action: ['delete', { partitionKey: 'contoso', rowKey: ID }] },
    { action: ['delete', { partitionKey: 'contoso', rowKey: userNameKeyOf('anna') }], isIndexRow: true },
    { action: ['delete', { partitionKey: 'contoso', rowKey: `~id.${ID}` }], isIndexRow: true },
  ]);
});

describe('the index rows of a resource', () => {
  const OTHER = `~badge.${'0'.repeat(64)}`;
  const FOLDED_OTHERWISE = `~userName.${'1'.repeat(64)}`;

  test('are those of its unique attributes', () => {
    expect(indexRowsOf(unique, { userName: 'ANNA', displayName: 'x' })).toEqual(
      new Map([['userName', userNameKeyOf('anna')]]),
    );
    expect(indexRowsOf(unique, {})).toEqual(new Map());
  });

  test('keep the key of a value that does not change, however it was folded', () => {
    const before = { ...anna, indexRows: new Map([['userName', FOLDED_OTHERWISE]]) };
    expect(indexRowsOf(unique, { userName: 'Anna' }, before)).toEqual(before.indexRows);
    expect(indexRowsOf(unique, { userName: 'ANNA' }, before)).toEqual(new Map([['userName', userNameKeyOf('anna')]]));
  });

  test('lose the key of a value that is removed, and keep those that only another version knows', () => {
    const before = { ...anna, indexRows: new Map([...anna.indexRows, ['badge', OTHER]]) };
    expect(indexRowsOf(unique, {}, before)).toEqual(new Map([['badge', OTHER]]));
  });

  test('are derived for a row that does not name them', () => {
    expect(storedIndexRows(unique, { ...anna, indexRows: new Map() })).toEqual(anna.indexRows);
    const named = new Map([['userName', FOLDED_OTHERWISE]]);
    expect(storedIndexRows(unique, { ...anna, indexRows: named })).toBe(named);
  });
});
