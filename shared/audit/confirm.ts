import type { Examination } from './examine.ts';
import { type Fault, faultKey } from './finding.ts';
import type { Repair } from './rows.ts';

/** A confirmed fault, and whether the audit repaired it. */
export interface Confirmed extends Fault {
  readonly repaired: boolean;
}

interface ConfirmParts {
  readonly examine: (rowKey: string) => Promise<Examination>;
  /** Waits between two rounds. */
  readonly pause: () => Promise<void>;
  /** Carries out a repair; undefined if the table is only to be read. */
  readonly repair: ((repair: Repair) => Promise<void>) | undefined;
}

/** The most examinations of a row that requests keep writing. */
const MAX_ROUNDS = 20;
/** How many settled examinations have to find faults before the faults are confirmed. */
const CONFIRMATIONS = 2;
/** The most repairs of a row, if other writes come first. */
const MAX_REPAIRS = 5;
/** How many rows are examined in parallel. */
const PARALLEL = 16;

/** A suspected row, and the results so far. */
interface Suspect {
  readonly rowKey: string;
  /** How many settled examinations there were. */
  readonly settled: number;
  readonly repairs: number;
  /** The faults that were confirmed before the first repair. */
  readonly confirmed: readonly Fault[];
}

type Step = { readonly open: Suspect } | { readonly verdict: readonly Confirmed[] };

/** Examines suspects in rounds until each is cleared or its faults are confirmed. Then repairs them, and examines the repaired rows again. */
export async function* confirm(rowKeys: Iterable<string>, parts: ConfirmParts): AsyncGenerator<Confirmed> {
  let open: readonly Suspect[] = [...rowKeys].map((rowKey) => ({ rowKey, settled: 0, repairs: 0, confirmed: [] }));
  for (let round = 0; open.length > 0 && round < MAX_ROUNDS; round += 1) {
    if (round > 0) await parts.pause();
    const next: Suspect[] = [];
    for (let at = 0; at < open.length; at += PARALLEL) {
      const steps = await Promise.all(open.slice(at, at + PARALLEL).map((suspect) => examineOnce(suspect, parts)));
      for (const step of steps) {
        if ('open' in step) next.push(step.open);
        else yield* step.verdict;
      }
    }
    open = next;
  }
  for (const { rowKey } of open) yield unsettled(rowKey);
}

/** Examines a suspect, and repairs it if its faults are confirmed. */
async function examineOnce(suspect: Suspect, { examine, repair }: ConfirmParts): Promise<Step> {
  const found = await examine(suspect.rowKey);
  if (!found.isSettled) return { open: suspect };
  const settled = suspect.settled + 1;
  if (found.faults.length > 0 && settled < CONFIRMATIONS) return { open: { ...suspect, settled } };
  if (!repair || !found.repair || suspect.repairs === MAX_REPAIRS)
    return { verdict: verdictOn(found.faults, suspect.confirmed) };
  await repair(found.repair);
  const confirmed = suspect.repairs === 0 ? found.faults : suspect.confirmed;
  return { open: { ...suspect, settled, repairs: suspect.repairs + 1, confirmed } };
}

/** The faults that remain, and the repairable faults that are gone. */
function verdictOn(faults: readonly Fault[], before: readonly Fault[]): readonly Confirmed[] {
  const remaining = new Set(faults.map(faultKey));
  const gone = before.filter((fault) => fault.repairable && !remaining.has(faultKey(fault)));
  return [
    ...gone.map((fault) => ({ ...fault, repaired: true })),
    ...faults.map((fault) => ({ ...fault, repaired: false })),
  ];
}

const unsettled = (rowKey: string): Confirmed => ({
  kind: 'unsettled',
  rowKey,
  detail: 'It seems to be wrong, but it was written so often that it could not be read between two writes.',
  repairable: false,
  repaired: false,
});
