import { expect, test } from '@jest/globals';
import { cursorsOf } from '../../shared/operations/cursor.ts';

const cursors = cursorsOf('contoso.token', 'advisors', 'query');
/** Positions with each remainder of the length divided by 3, which base64url encodes differently. */
const positions = ['', 'a', 'ab', 'abc', `x.${'f'.repeat(64)}`, '0f5c1b1e-7d3c-4f0e-9a64-2b8f6c1d9e77'];

test.each(positions)('reads the position %j from a cursor that it wrote', (position) => {
  expect(cursors.read(cursors.write(position))).toBe(position);
});

test.each(positions)('refuses the cursor of %j if a character is added, removed or changed', (position) => {
  const cursor = cursors.write(position);
  const wrong = [...'x-_=.+ '].flatMap((one) => [
    cursor + one,
    one + cursor,
    cursor.slice(0, 9) + one + cursor.slice(9),
  ]);
  for (const one of [...wrong, cursor.slice(0, -1), cursor.slice(1), cursor.toLowerCase(), cursor + 'A'.repeat(400)])
    expect(() => cursors.read(one)).toThrow(expect.objectContaining({ scimType: 'invalidCursor' }));
});

test.each([
  ['token', cursorsOf('contoso.another', 'advisors', 'query')],
  ['service', cursorsOf('contoso.token', 'rooms', 'query')],
  ['query', cursorsOf('contoso.token', 'advisors', 'another')],
])('refuses a cursor of another %s', (_what, others) => {
  const cursor = others.write('position');
  expect(() => cursors.read(cursor)).toThrow(expect.objectContaining({ scimType: 'invalidCursor' }));
});
