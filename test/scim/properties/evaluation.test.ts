import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFilter } from '../../../shared/scim/match.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { printFilter } from '../print-filter.ts';
import { tolerantReading } from '../readings.ts';
import { advisorFilter, wholeAdvisor } from './arbitrary-advisors.ts';
import { matchesPlainly } from './plain-evaluator.ts';
import { runs } from './runs.ts';

test('the filter evaluator agrees with a second evaluator that shares no code with it', () => {
  let matched = 0;
  fc.assert(
    fc.property(advisorFilter, wholeAdvisor, (filter, advisor) => {
      const text = printFilter(filter);
      const matches = readFilter(advisors.resourceType, text, tolerantReading()).test(advisor);
      if (matches) matched += 1;
      expect({ text, matches }).toEqual({ text, matches: matchesPlainly(filter, JSON.parse(JSON.stringify(advisor))) });
    }),
    runs(4000),
  );
  expect(matched).toBeGreaterThan(800);
  expect(matched).toBeLessThan(3200);
});
