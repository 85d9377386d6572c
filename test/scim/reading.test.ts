import { describe, expect, test } from '@jest/globals';
import { fold } from '../../shared/scim/comparison.ts';
import { memoized, newReading, strictReading } from '../../shared/scim/reading.ts';

test.each(['Ann', 'ÅSE', 'Å'.repeat(31), 'Å'.repeat(32), 'ΟΔΟΣ'.repeat(20)])(
  'a reading folds %s like fold, the first time and again',
  (text) => {
    const { fold: foldOnce } = strictReading();
    expect([foldOnce(text), foldOnce(text)]).toEqual([fold(text), fold(text)]);
  },
);

test('a reading can fold more texts than it remembers', () => {
  const { fold: foldOnce } = strictReading();
  const texts = Array.from({ length: 2500 }, (_, at) => `${'Å'.repeat(32)}${at}`);
  for (const _ of [1, 2]) expect(texts.map(foldOnce)).toEqual(texts.map(fold));
});

test('a reading without a budget does not limit the work', () => {
  expect(() => strictReading().spend(Number.MAX_SAFE_INTEGER)).not.toThrow();
});

test('a reading has the given tolerances', () => {
  const accepts = new Set(['noOperations'] as const);
  const tolerated = new Set(['opInAnyCase'] as const);
  expect(newReading(accepts, new Set(tolerated))).toMatchObject({ accepts, tolerated });
  expect(strictReading()).toMatchObject({ accepts: new Set(), tolerated: new Set() });
});

describe('the cache of folds', () => {
  const long = (number: number): string => String(number).padStart(32);

  /** A memoized fold, and the texts that it has actually folded. */
  function startFolding() {
    const folded: string[] = [];
    const foldText = memoized((text) => {
      folded.push(text);
      return `${text}!`;
    });
    return { folded, foldText };
  }

  test('contains texts of 32 characters or more, but no shorter ones', () => {
    const { folded, foldText } = startFolding();
    const short = long(1).slice(1);
    expect([long(1), long(1), short, short].map(foldText)).toEqual([
      `${long(1)}!`,
      `${long(1)}!`,
      `${short}!`,
      `${short}!`,
    ]);
    expect(folded).toEqual([long(1), short, short]);
  });

  test('contains up to 1,000 texts, and is cleared before the next one', () => {
    const { folded, foldText } = startFolding();
    const texts = Array.from({ length: 1000 }, (_, number) => long(number));
    for (const text of [...texts, ...texts]) foldText(text);
    expect(folded).toEqual(texts);
    for (const text of [long(1000), long(1000), long(0)]) foldText(text);
    expect(folded).toEqual([...texts, long(1000), long(0)]);
  });
});
