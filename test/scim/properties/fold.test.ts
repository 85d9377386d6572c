import { test } from '@jest/globals';
import { fold } from '../../../shared/scim/comparison.ts';

test('folding a fold changes nothing, for every character', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code === 0xd800) code = 0xe000; // the surrogates are no characters
    const folded = fold(String.fromCodePoint(code));
    if (fold(folded) !== folded) throw new Error(`The fold of U+${code.toString(16)} folds further.`);
  }
});
