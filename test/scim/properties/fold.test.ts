import { test } from '@jest/globals';
import { fold } from '../../../shared/scim/comparison.ts';

test('folding a folded character does not change it', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code === 0xd800) code = 0xe000; // surrogates are not characters
    const folded = fold(String.fromCodePoint(code));
    if (fold(folded) !== folded) throw new Error(`The fold of U+${code.toString(16)} folds to another text.`);
  }
});
