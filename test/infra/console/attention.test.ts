import { describe, expect, test } from '@jest/globals';
import { type Facts, noticesOf, spanOf } from '../../../infra/console/attention.ts';

const now = new Date('2026-11-30T12:00:00Z');
const HOUR = 3_600_000;
const ago = (hours: number): Date => new Date(now.getTime() - hours * HOUR);
const inDays = (days: number): string => new Date(now.getTime() + days * 24 * HOUR).toISOString();

const well: Facts = {
  service: 'advisors',
  tenant: 'contoso',
  brake: { kind: 'open' },
  hasJob: true,
  lastRequest: ago(0.5),
  token: { state: 'valid', expires: inDays(90) },
  refusals: [],
  findings: 0,
};

/** What is said about a tenant that is well but for this. */
const about = (facts: Partial<Facts>) => noticesOf([{ ...well, ...facts }], now);
const textsAbout = (facts: Partial<Facts>) => about(facts).map(({ text }) => text);

test('nothing is said where all is well', () => {
  expect(noticesOf([well, { ...well, tenant: 'fabrikam' }], now)).toEqual([]);
});

describe('a job that went silent', () => {
  test('is named with how long ago its last request was', () => {
    expect(about({ lastRequest: ago(26) })).toEqual([
      {
        service: 'advisors',
        tenant: 'contoso',
        kind: 'silent',
        text: 'nothing came for 26 hours; the last request was at',
        at: '2026-11-29T10:00:00.000Z',
      },
    ]);
  });

  test.each([
    ['after three hours it is not silent yet', { lastRequest: ago(3) }, 0],
    ['after more than three hours it is', { lastRequest: ago(3.1) }, 1],
    ['who never came regularly has no job', { lastRequest: ago(26), hasJob: false }, 0],
  ])('%s', (_name, facts, count) => {
    expect(about(facts)).toHaveLength(count);
  });
});

test('a brake that is engaged is named, one that is released is not', () => {
  expect(about({ brake: { kind: 'engaged', since: ago(2).toISOString() } })).toMatchObject([
    { kind: 'brake', at: ago(2).toISOString() },
  ]);
  expect(about({ brake: { kind: 'released', until: inDays(1) } })).toEqual([]);
});

describe('a token', () => {
  test.each([
    ['ends in 31 days', { state: 'valid', expires: inDays(31) }, []],
    ['ends in 29 days', { state: 'valid', expires: inDays(29) }, ['the token ends in 29 days, at']],
    ['does not end', { state: 'valid' }, []],
    ['is expired', { state: 'expired' }, ['the token is expired']],
    ['is revoked', { state: 'revoked' }, ['the token is revoked']],
    ['is not there', { state: 'none' }, ['there is no token']],
  ] as const)('that %s', (_name, token, texts) => {
    expect(textsAbout({ token })).toEqual(texts);
  });
});

test('refusals that repeat are named by their reason, a single one is not', () => {
  const refusals = [
    { refusedBy: 'invalidValue', count: 12 },
    { refusedBy: 'invalidPath', count: 2 },
  ];
  expect(textsAbout({ refusals })).toEqual(['12 requests were refused within a day: invalidValue']);
});

test('findings of the audit are counted, with the command that shows them', () => {
  expect(textsAbout({ findings: 1 })).toEqual(['the audit found 1 row that breaks a rule: run npm run audit']);
  expect(textsAbout({ findings: 2 })).toEqual(['the audit found 2 rows that break a rule: run npm run audit']);
});

test('what is worst comes first, whichever tenant it is of', () => {
  const all = [
    { ...well, tenant: 'a', findings: 1 },
    { ...well, tenant: 'b', brake: { kind: 'engaged' } as const },
    { ...well, tenant: 'c', failure: 'The storage account cannot be reached' },
  ];
  expect(noticesOf(all, now).map(({ tenant, kind }) => `${tenant} ${kind}`)).toEqual([
    'c unreadable',
    'b brake',
    'a audit',
  ]);
});

test.each([
  [0.2, '0 hours'],
  [1, '1 hour'],
  [71, '71 hours'],
  [72, '3 days'],
])('%d hours are %s', (hours, words) => {
  expect(spanOf(hours * HOUR)).toBe(words);
});
