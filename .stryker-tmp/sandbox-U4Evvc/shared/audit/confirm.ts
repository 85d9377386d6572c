// @ts-nocheck
import type { Examination } from './examine.ts';
import { type Fault, faultKey } from './finding.ts';
import type { Mend } from './rows.ts';

/** A fault that stands, or that stood until it was mended. */
export interface Confirmed extends Fault {
  readonly mended: boolean;
}

interface ConfirmParts {
  readonly look: (rowKey: string) => Promise<Examination>;
  /** Waits a little between two looks. */
  readonly pause: () => Promise<void>;
  /** Carries a mend out; undefined where the table is only to be read. */
  readonly mend: ((mend: Mend) => Promise<void>) | undefined;
}

/** How often a row is looked at while others keep writing it. */
const LOOKS = 20;
/** Faults stand once so many settled looks have found some, with a pause between them. */
const SETTLED_LOOKS = 2;
/** How often a mend is tried that others' writes come before. */
const MENDS = 5;
/** Rows that are looked at together. */
const WIDTH = 16;

/** A row under suspicion, and what is known of it so far. */
interface Suspect {
  readonly rowKey: string;
  readonly settledLooks: number;
  readonly mends: number;
  /** The faults that stood before the first mend. */
  readonly mending: readonly Fault[];
}

type Step = { readonly open: Suspect } | { readonly verdict: readonly Confirmed[] };

/** Looks at suspects again until each is cleared or its faults stand; then mends, and looks at what was mended again. */
export async function* confirm(rowKeys: Iterable<string>, parts: ConfirmParts): AsyncGenerator<Confirmed> {
  let open: readonly Suspect[] = [...rowKeys].map((rowKey) => ({ rowKey, settledLooks: 0, mends: 0, mending: [] }));
  for (let looks = 0; open.length > 0 && looks < LOOKS; looks += 1) {
    if (looks > 0) await parts.pause();
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

async function step(suspect: Suspect, { look, mend }: ConfirmParts): Promise<Step> {
  const seen = await look(suspect.rowKey);
  if (!seen.isSettled) return { open: suspect };
  const settledLooks = suspect.settledLooks + 1;
  if (seen.faults.length > 0 && settledLooks < SETTLED_LOOKS) return { open: { ...suspect, settledLooks } };
  if (!mend || !seen.mend || suspect.mends === MENDS) return { verdict: verdictOn(seen.faults, suspect.mending) };
  await mend(seen.mend);
  const mending = suspect.mends === 0 ? seen.faults : suspect.mending;
  return { open: { ...suspect, settledLooks, mends: suspect.mends + 1, mending } };
}

/** What stands now, and what could be mended and is no longer there. */
function verdictOn(faults: readonly Fault[], before: readonly Fault[]): readonly Confirmed[] {
  const standing = new Set(faults.map(faultKey));
  const gone = before.filter((fault) => fault.mendable && !standing.has(faultKey(fault)));
  return [
    ...gone.map((fault) => ({ ...fault, mended: true })),
    ...faults.map((fault) => ({ ...fault, mended: false })),
  ];
}

const unsettled = (rowKey: string): Confirmed => ({
  kind: 'unsettled',
  rowKey,
  detail: 'It seems to be wrong, but is written so often that it could not be read between two writes.',
  mendable: false,
  mended: false,
});
