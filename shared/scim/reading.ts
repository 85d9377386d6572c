import { fold } from './comparison.ts';
import type { ToleranceName } from './entra.ts';

/** How one request is read: which departures from the RFCs are accepted, and how much work the request may still cause. */
export interface Reading {
  /** The departures from the RFCs that are accepted. */
  readonly accepts: ReadonlySet<ToleranceName>;
  /** The accepted departures that the request contains. The engine adds to this set. */
  readonly tolerated: Set<ToleranceName>;
  /** Takes this many steps of work from the request's budget, before the work is done. Throws the error of `beyond` if not enough are left. */
  readonly spend: (steps: number) => void;
  /** Folds a text like `fold`, but remembers long texts, so that each is folded only once. */
  readonly fold: (text: string) => string;
}

/** How many steps of work a request may cause, and the error if it needs more. */
export interface Budget {
  readonly steps: number;
  readonly beyond: () => Error;
}

/** The most folded texts that are remembered, so that a scan of many resources does not fill the memory. */
const REMEMBERED = 1000;
/** Folding a text that is shorter than this is faster than looking it up. */
const SHORT = 32;

/** Starts to read a request. `tolerated` collects the departures. Without a budget, work is not limited. */
export function newReading(
  accepts: ReadonlySet<ToleranceName>,
  tolerated: Set<ToleranceName>,
  budget?: Budget,
): Reading {
  let left = budget?.steps ?? Number.POSITIVE_INFINITY;

  function spend(steps: number): void {
    left -= steps;
    if (left < 0 && budget) throw budget.beyond();
  }

  return { accepts, tolerated, spend, fold: memoized(fold) };
}

/** A function that does what `foldText` does, but remembers the folds of long texts. */
export function memoized(foldText: (text: string) => string): (text: string) => string {
  const folds = new Map<string, string>();
  return (text) => {
    if (text.length < SHORT) return foldText(text);
    const known = folds.get(text);
    if (known !== undefined) return known;
    if (folds.size >= REMEMBERED) folds.clear();
    const folded = foldText(text);
    folds.set(text, folded);
    return folded;
  };
}

/** A reading that accepts no departure from the RFCs. */
export const strictReading = (): Reading => newReading(new Set(), new Set());
