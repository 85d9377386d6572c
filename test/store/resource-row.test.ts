import { describe, expect, test } from '@jest/globals';
import { advisors } from '../../shared/services/advisors.ts';
import { columnsOf } from '../../shared/store/columns.ts';
import {
  externalIdOf,
  indexRowsIn,
  mayBeInUse,
  newState,
  rowOf,
  storedFrom,
  versionOf,
} from '../../shared/store/resource-row.ts';
import { userNameKeyOf } from './rows.ts';

const type = advisors.resourceType;
const columns = columnsOf(type);
const ID = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';
const created = new Date('2026-01-02T03:04:05.006Z');
const lastModified = new Date('2026-02-03T04:05:06.007Z');

const row = {
  partitionKey: 'contoso',
  rowKey: ID,
  etag: 'W/"1"',
  timestamp: '2026-03-04T05:06:07.008Z',
  id: ID,
  externalId: ID,
  userName: 'anna',
  active: true,
  created,
  lastModified,
  indexRows: userNameKeyOf('anna'),
};
const read = (cells: object) => storedFrom(columns, { ...row, ...cells });

describe('a row', () => {
  test('is read as a resource with its times, its version and its index rows', () => {
    expect(read({})).toEqual({
      rowKey: ID,
      id: ID,
      attributes: { externalId: ID, userName: 'anna', active: true },
      created,
      lastModified,
      etag: 'W/"1"',
      version: versionOf('W/"1"'),
      indexRows: new Map([['userName', userNameKeyOf('anna')]]),
      preserved: {},
      unreadable: [],
    });
  });

  test('keeps the columns that this version does not know, with their types', () => {
    expect(read({ badge: 7, floor: 2n, note: 'x', office: 'derived', 'odata.type': 'x' }).preserved).toEqual({
      badge: { type: 'Double', value: '7' },
      floor: 2n,
      note: 'x',
    });
  });

  test('keeps a column that cannot be read, and names it', () => {
    expect(read({ active: 'perhaps' })).toMatchObject({ preserved: { active: 'perhaps' }, unreadable: ['active'] });
  });

  test.each([
    ['id', 'x'],
    ['id', undefined],
    ['created', 'yesterday'],
    ['created', new Date(Number.NaN)],
    ['lastModified', undefined],
  ])('is damaged if its column %s is %p', (name, cell) => {
    expect(read({ [name]: cell }).unreadable).toEqual([name]);
  });

  test('has the time at which storage wrote it in place of a missing date', () => {
    expect(read({ created: undefined }).created).toEqual(new Date(row.timestamp));
    expect(read({ lastModified: 'x', timestamp: 'x' }).lastModified).toEqual(new Date(0));
    expect(read({ created: undefined, timestamp: undefined }).created).toEqual(new Date(0));
  });
});

describe('the column indexRows', () => {
  const keys = [`~userName.${'0'.repeat(64)}`, `~badge.${'f'.repeat(64)}`];

  test('names a RowKey for each unique attribute', () => {
    expect(indexRowsIn(keys.join(' '))).toEqual(
      new Map([
        ['userName', keys[0]],
        ['badge', keys[1]],
      ]),
    );
  });

  test.each([
    ['a number', 7],
    ['nothing', undefined],
    ['a key that does not begin with "~"', `x${keys[0]}`],
    ['a key with one character more', `${keys[0]}0`],
    ['a key without an attribute', `~.${'0'.repeat(64)}`],
  ])('ignores %s', (_what, cell) => {
    expect(indexRowsIn(cell).size).toBe(0);
  });
});

test('a version is a weak tag that differs when the ETag does, and does not contain it', () => {
  expect(versionOf('W/"datetime\'2026\'"')).toMatch(/^W\/"[\w-]{16}"$/);
  expect(versionOf('a')).not.toBe(versionOf('b'));
});

describe('a state to be written', () => {
  const rest = { created, lastModified, indexRows: new Map([['userName', userNameKeyOf('anna')]]), preserved: {} };

  test('is stored under its externalId, and has no version yet', () => {
    expect(newState(ID, { userName: 'anna', externalId: ID }, rest)).toEqual({
      ...rest,
      id: ID,
      rowKey: ID,
      attributes: { userName: 'anna', externalId: ID },
      etag: '',
      version: '',
      unreadable: [],
    });
    expect(newState(ID, { userName: 'anna' }, rest).rowKey).toBe(`n.${ID}`);
  });

  test('becomes a row, in which known columns replace preserved ones', () => {
    const state = newState(
      ID,
      { userName: 'anna', externalId: ID, active: true },
      { ...rest, preserved: { badge: 'x', id: 'y' } },
    );
    const { etag: _, timestamp: __, ...cells } = row;
    expect(rowOf(columns, 'contoso', state)).toEqual({ ...cells, badge: 'x' });
  });

  test('has no column indexRows without index rows', () => {
    expect(rowOf(columns, 'contoso', newState(ID, {}, { ...rest, indexRows: new Map() }))).not.toHaveProperty(
      'indexRows',
    );
  });
});

test('only a text is an externalId', () => {
  expect(externalIdOf({ externalId: '' })).toBe('');
  expect(externalIdOf({ externalId: 7 })).toBeUndefined();
  expect(externalIdOf({})).toBeUndefined();
});

test.each([
  [{ active: true }, [], true],
  [{ active: false }, [], false],
  [{ active: false }, ['active'], false],
  [{}, ['active'], true],
  [{}, ['userName'], false],
])(
  'with the attributes %j and the unreadable columns %j, a resource may be in use: %p',
  (attributes, unreadable, expected) => {
    expect(mayBeInUse(type, { attributes, unreadable })).toBe(expected);
  },
);
