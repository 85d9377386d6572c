import type { Examination } from './examine.ts';
import { type Fault, faultKey } from './finding.ts';
import type { Repair } from './rows.ts';

/** A fault that was confirmed, and whether it has been repaired since. */
export interface Confirmed extends Fault {
  readonly repaired: boolean;
}

interface ConfirmParts {
  readonly examine: (rowKey: string) => Promise<Examination>;
  /** Waits a little between two examinations. */
  readonly pause: () => Promise<void>;
  /** Carries out a repair; undefined if the table is only to be read. */
  readonly repair: ((repair: Repair) => Promise<void>) | undefined;
}

/** How often a row is looked at while requests keep writing it. */
const EXAMINATIONS = 20;
/** How many settled examinations have to find faults, with a pause between them, before the faults are confirmed. */
const SETTLED_EXAMINATIONS = 2;
/** How often a repair is tried when other writes come first. */
const REPAIR_ATTEMPTS = 5;
/** How many rows are looked at in parallel. */
const WIDTH = 16;

/** A suspected row, and what is known about it so far. */
interface Suspect {
  readonly rowKey: string;
  readonly settledExaminations: number;
  readonly repairs: number;
  /** The faults that were confirmed before the first repair. */
  readonly confirmed: readonly Fault[];
}

type Step = { readonly open: Suspect } | { readonly verdict: readonly Confirmed[] };

/** Looks at suspects again until each is cleared or its faults are confirmed. Then repairs them, and examinations at the repaired rows again. */
export async function* confirm(rowKeys: Iterable<string>, parts: ConfirmParts): AsyncGenerator<Confirmed> {
  let open: readonly Suspect[] = [...rowKeys].map((rowKey) => ({
    rowKey,
    settledExaminations: 0,
    repairs: 0,
    confirmed: [],
  }));
  for (let examinations = 0; open.length > 0 && examinations < EXAMINATIONS; examinations += 1) {
    if (examinations > 0) await parts.pause();
    const still: Suspect[] = [];
    for (let at = 0; at < open.length; at += WIDTH) {
      const steps = await Promise.all(open.slice(at, at + WIDTH).map((suspect) => step(suspect, parts)));
      for (const one of steps) {
        if ('open' in one) still.push(one.open);
        else yield* one.verdict;
      }
    }
    open = still;
  }
  for (const { rowKey } of open) yield unsettled(rowKey);
}

async function step(suspect: Suspect, { examine, repair }: ConfirmParts): Promise<Step> {
  const seen = await examine(suspect.rowKey);
  if (!seen.isSettled) return { open: suspect };
  const settledExaminations = suspect.settledExaminations + 1;
  if (seen.faults.length > 0 && settledExaminations < SETTLED_EXAMINATIONS)
    return { open: { ...suspect, settledExaminations } };
  if (!repair || !seen.repair || suspect.repairs === REPAIR_ATTEMPTS)
    return { verdict: verdictOn(seen.faults, suspect.confirmed) };
  await repair(seen.repair);
  const confirmed = suspect.repairs === 0 ? seen.faults : suspect.confirmed;
  return { open: { ...suspect, settledExaminations, repairs: suspect.repairs + 1, confirmed } };
}

/** The faults that are still there, and the repairable faults that are gone. */
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
