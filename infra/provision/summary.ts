import type { Result } from './cycle.ts';

const outcomes = ['created', 'updated', 'disabled', 'restored', 'deleted', 'unchanged', 'skipped', 'failed'] as const;

const remarks: Readonly<Partial<Record<Result['outcome'], string>>> = {
  skipped: 'never provisioned, and unassigned, blocked or deleted',
};

/** How many users are listed in a group of equal failures. */
const LISTED = 20;

/** The counts of a cycle, and the failed users with the reasons. Equal failures form one group. */
export function summaryOf(results: readonly Result[]): string {
  return [...outcomes.map((outcome) => lineOf(outcome, results)), ...failuresIn(results)].join('\n');
}

/** Whether the user failed. */
export const hasFailed = ({ outcome }: Result): boolean => outcome === 'failed';

function lineOf(outcome: Result['outcome'], results: readonly Result[]): string {
  const count = results.filter((result) => result.outcome === outcome).length;
  const remark = count > 0 ? remarks[outcome] : undefined;
  const line = `  ${outcome.padEnd(9)} ${String(count).padStart(6)}`;
  return remark ? `${line}   ${remark}` : line;
}

function failuresIn(results: readonly Result[]): readonly string[] {
  const failures = results.filter(hasFailed);
  if (failures.length === 0) return [];
  const groups = Map.groupBy(failures, ({ reason = '' }) => withoutUser(reason));
  const largestFirst = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  return ['', 'Failed:', ...largestFirst.flatMap(([reason, group]) => linesOf(reason, group))];
}

/** The reason without the user's own values in the request, so that the same failure of two users has the same text. */
const withoutUser = (reason: string): string =>
  reason
    .replace(/^(GET|PATCH|DELETE) \/Users\/\S+/, '$1 /Users/{id}')
    .replace(/^GET \/Users\?filter=([\w.]+)\+\S+/, 'GET /Users?filter=$1+eq+…');

function linesOf(shared: string, group: readonly Result[]): readonly string[] {
  const [first] = group;
  if (first && group.length === 1) return [`  ${nameOf(first)}`, `    ${first.reason}`];
  const more = group.length - LISTED;
  return [
    `  ${group.length} users: ${shared}`,
    ...group.slice(0, LISTED).map((result) => `    ${nameOf(result)}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

const nameOf = ({ userName, objectId }: Result): string => `${userName} (${objectId})`;
