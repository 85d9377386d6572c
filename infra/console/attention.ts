import type { BrakeInfo, Notice, TokenInfo } from './api.ts';

/** Repeated refusals for one reason. */
export interface Refusals {
  readonly refusedBy: string;
  readonly count: number;
}

/** The facts about one tenant's service that show whether it needs attention. */
export interface Facts {
  readonly service: string;
  readonly tenant: string;
  readonly brake: BrakeInfo;
  readonly token?: TokenInfo;
  /** The time of the last request. Absent without a log. */
  readonly lastRequest?: Date;
  /** Whether requests arrive so regularly that a provisioning job must be running. */
  readonly hasJob: boolean;
  readonly refusals: readonly Refusals[];
  /** How many rows the audit found that break a rule. */
  readonly findings: number;
  /** Why the tenant's rows could not be read, as a sentence. */
  readonly failure?: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Entra sends requests every 40 minutes, even if nothing has changed. The alert has the same threshold (docs/operations.md). */
const SILENT = 3 * HOUR;
const TOKEN_EXPIRES = 30 * DAY;
/** Fewer refusals than this are usually a mistake that has been corrected. */
const REPEATED = 3;

type Rule = (facts: Facts, now: Date) => readonly Pick<Notice, 'kind' | 'text' | 'at'>[];

const rules: readonly Rule[] = [
  ({ failure }) => (failure === undefined ? [] : [{ kind: 'unreadable', text: failure }]),
  ({ brake }) =>
    brake.kind === 'engaged'
      ? [
          {
            kind: 'brake',
            text: 'the brake is engaged: requests that disable or delete are refused until it is released. It has been engaged since',
            at: brake.since ?? '',
          },
        ]
      : [],
  ({ hasJob, lastRequest }, now) => {
    if (!hasJob || lastRequest === undefined || now.getTime() - lastRequest.getTime() <= SILENT) return [];
    const text = `no request has arrived for ${spanOf(now.getTime() - lastRequest.getTime())}; the last one was at`;
    return [{ kind: 'silent', text, at: lastRequest.toISOString() }];
  },
  ({ token }, now) => tokenNotice(token, now),
  ({ refusals }) =>
    refusals
      .filter(({ count }) => count >= REPEATED)
      .map(({ refusedBy, count }) => ({
        kind: 'refusals',
        text: `${count} requests were refused within a day: ${refusedBy}`,
      })),
  ({ findings }) =>
    findings === 0
      ? []
      : [
          {
            kind: 'audit',
            text: `the audit found ${findings} ${findings === 1 ? 'row' : 'rows'} that ${findings === 1 ? 'breaks' : 'break'} a rule: run npm run audit`,
          },
        ],
];

/** What needs attention, most urgent first: by rule, then by tenant. */
export const noticesOf = (all: readonly Facts[], now: Date): readonly Notice[] =>
  rules.flatMap((rule) =>
    all.flatMap((facts) =>
      rule(facts, now).map((found) => ({ service: facts.service, tenant: facts.tenant, ...found })),
    ),
  );

function tokenNotice(token: TokenInfo | undefined, now: Date): ReturnType<Rule> {
  if (token === undefined) return [];
  if (token.state === 'none') return [{ kind: 'token', text: 'there is no token' }];
  if (token.state !== 'valid') return [{ kind: 'token', text: `the token is ${token.state}` }];
  if (token.expires === undefined || Date.parse(token.expires) - now.getTime() > TOKEN_EXPIRES) return [];
  return [
    {
      kind: 'token',
      text: `the token expires in ${spanOf(Date.parse(token.expires) - now.getTime())}, at`,
      at: token.expires,
    },
  ];
}

/** A time span in words: `26 hours`, `3 days`. */
export function spanOf(milliseconds: number): string {
  const hours = Math.max(0, Math.floor(milliseconds / HOUR));
  const [count, unit] = hours < 72 ? [hours, 'hour'] : [Math.floor(hours / 24), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
