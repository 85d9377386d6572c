import { expect, test } from '@jest/globals';
import { fold } from '../../shared/scim/fold.ts';

test.each([
  ['upper and lower case', 'ANN@Bank.dk', 'ann@bank.dk'],
  ['letters beyond ASCII', 'ÆØÅ', 'æøå'],
  ['composed and decomposed letters', 'A\u030a', 'å'],
  ['the sigma within and at the end of a word', 'ΟΔΟΣ ΟΔΟΣΑ', 'οδοσ οδοσα'],
])('folds %s', (_what, text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('keeps apart what only some language takes for the same', () => {
  expect(fold('ı')).not.toBe(fold('i'));
  expect(fold('ß')).not.toBe(fold('ss'));
  expect(fold('å')).not.toBe(fold('a'));
});

test('folds the beginning and the middle of a word as it folds the word', () => {
  expect(fold('ΟΔΟΣΑ').startsWith(fold('ΟΔΟΣ'))).toBe(true);
});

test('folds a fold no further, for every character', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code === 0xd800) code = 0xe000; // the surrogates are no characters
    const folded = fold(String.fromCodePoint(code));
    if (fold(folded) !== folded) throw new Error(`The fold of U+${code.toString(16)} folds further.`);
  }
});
