import type { Result } from './cycle.ts';

const outcomes = ['created', 'updated', 'disabled', 'restored', 'deleted', 'unchanged', 'skipped', 'failed'] as const;

const remarks: Readonly<Partial<Record<Result['outcome'], string>>> = {
  skipped: 'never provisioned, and unassigned, blocked or deleted',
};

/** The counts of a cycle, and who failed and why. */
export function summaryOf(results: readonly Result[]): string {
  return [...outcomes.map((outcome) => lineOf(outcome, results)), ...failuresIn(results)].join('\n');
}

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
  return [
    '',
    'Failed:',
    ...failures.map(({ userName, objectId, reason }) => `  ${userName} (${objectId})\n    ${reason}`),
  ];
}
