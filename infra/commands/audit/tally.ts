import type { AuditTotals } from '../../../shared/audit/audit.ts';
import type { Finding } from '../../../shared/audit/finding.ts';

/** Counts findings as they come, and puts them into words. */
export interface Tally {
  /** The line of a finding. */
  readonly add: (finding: Finding) => string;
  /** How many findings stand, that is, were not mended. */
  readonly standing: () => number;
  readonly summary: (totals: AuditTotals) => string;
}

/** `repair` says whether the audit mends what it can. */
export function tallyFindings(repair: boolean): Tally {
  let mended = 0;
  let mendable = 0;
  let others = 0;

  function add(finding: Finding): string {
    if (finding.mended) mended += 1;
    else if (finding.mendable) mendable += 1;
    else others += 1;
    const { tenant, rowKey, kind, detail } = finding;
    return `${[tenant, rowKey].filter(Boolean).join(' ')}\n  ${kind}: ${detail} ${outcomeOf(finding)}`;
  }

  function outcomeOf(finding: Finding): string {
    if (finding.mended) return 'Mended.';
    if (!finding.mendable) return 'A person has to look.';
    return repair ? 'It could not be mended now: run this again.' : '--repair mends it.';
  }

  function summary({ tenants, resources, rows }: AuditTotals): string {
    const read = `Read ${counted(rows, 'row')} of ${counted(tenants, 'tenant')}: ${counted(resources, 'resource')}.`;
    const found = [
      mended > 0 ? `${mended} mended` : [],
      mendable > 0 ? `${mendable} that --repair mends` : [],
      others > 0 ? `${others} that a person has to look at (docs/audit.md)` : [],
    ].flat();
    return `${read}\n${found.length === 0 ? 'Nothing is wrong.' : `Found: ${found.join(', ')}.`}`;
  }

  return { add, standing: () => mendable + others, summary };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
