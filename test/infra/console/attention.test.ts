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

/** The notices about a tenant that is well except for these facts. */
const about = (facts: Partial<Facts>) => noticesOf([{ ...well, ...facts }], now);
const textsAbout = (facts: Partial<Facts>) => about(facts).map(({ text }) => text);

test('there is no notice about tenants that are well', () => {
  expect(noticesOf([well, { ...well, tenant: 'fabrikam' }], now)).toEqual([]);
});

describe('a job that went silent', () => {
  test('is shown with the time since its last request', () => {
    expect(about({ lastRequest: ago(26) })).toEqual([
      {
        service: 'advisors',
        tenant: 'contoso',
        kind: 'silent',
        text: 'no request has arrived for 26 hours; the last one was at',
        at: '2026-11-29T10:00:00.000Z',
      },
    ]);
  });

  test.each([
    ['is not shown after three hours', { lastRequest: ago(3) }, 0],
    ['is shown after more than three hours', { lastRequest: ago(3.1) }, 1],
    ['is not shown if there never was a job', { lastRequest: ago(26), hasJob: false }, 0],
  ])('%s', (_name, facts, count) => {
    expect(about(facts)).toHaveLength(count);
  });
});

test('a brake is shown while it is engaged, but not after its release', () => {
  expect(about({ brake: { kind: 'engaged', since: ago(2).toISOString() } })).toMatchObject([
    { kind: 'brake', at: ago(2).toISOString() },
  ]);
  expect(about({ brake: { kind: 'released', until: inDays(1) } })).toEqual([]);
});

describe('a token', () => {
  test.each([
    ['ends in 31 days', { state: 'valid', expires: inDays(31) }, []],
    ['ends in 29 days', { state: 'valid', expires: inDays(29) }, ['the token expires in 29 days, at']],
    ['does not end', { state: 'valid' }, []],
    ['is expired', { state: 'expired' }, ['the token is expired']],
    ['is revoked', { state: 'revoked' }, ['the token is revoked']],
    ['does not exist', { state: 'none' }, ['there is no token']],
  ] as const)('that %s', (_name, token, texts) => {
    expect(textsAbout({ token })).toEqual(texts);
  });
});

test('refusals are shown by reason if there are many, but not if there are only a few', () => {
  const refusals = [
    { refusedBy: 'invalidValue', count: 12 },
    { refusedBy: 'invalidPath', count: 2 },
  ];
  expect(textsAbout({ refusals })).toEqual(['12 requests were refused within a day: invalidValue']);
});

test('findings of the audit are shown as a number, with the command that lists them', () => {
  expect(textsAbout({ findings: 1 })).toEqual(['the audit found 1 row that breaks a rule: run npm run audit']);
  expect(textsAbout({ findings: 2 })).toEqual(['the audit found 2 rows that break a rule: run npm run audit']);
});

test('the most serious notice is first, whichever tenant it is about', () => {
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
])('%d hours are written as %s', (hours, words) => {
  expect(spanOf(hours * HOUR)).toBe(words);
});
