import { expect, test } from '@jest/globals';
import { fold } from '../../shared/scim/comparison.ts';
import { newReading, strictReading } from '../../shared/scim/reading.ts';

test.each(['Ann', 'ÅSE', 'Å'.repeat(31), 'Å'.repeat(32), 'ΟΔΟΣ'.repeat(20)])(
  'a reading folds %s like fold, any number of times',
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

test('a reading without a budget may cause any amount of work', () => {
  expect(() => strictReading().spend(Number.MAX_SAFE_INTEGER)).not.toThrow();
});

test('a reading has the tolerances that it was given', () => {
  const accepts = new Set(['noOperations'] as const);
  const met = new Set(['opInAnyCase'] as const);
  expect(newReading(accepts, new Set(met))).toMatchObject({ accepts, met });
  expect(strictReading()).toMatchObject({ accepts: new Set(), met: new Set() });
});
