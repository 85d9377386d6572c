import { fold } from './comparison.ts';
import type { ToleranceName } from './entra.ts';

/** The rules for reading one request: the departures from the RFCs that are accepted, and the work that is left. */
export interface Reading {
  /** The departures from the RFCs that are accepted. */
  readonly accepts: ReadonlySet<ToleranceName>;
  /** The accepted departures that the request contains, for the log. */
  readonly tolerated: Set<ToleranceName>;
  /** Takes steps of work from the request's budget, before the work is done. Throws the budget's error if not enough are left. */
  readonly spend: (steps: number) => void;
  /** Folds a text as `fold` does, and remembers the folds of long texts. */
  readonly fold: (text: string) => string;
}

/** The steps of work that a request may cause, and the error beyond them. */
export interface Budget {
  readonly steps: number;
  readonly beyond: () => Error;
}

/** The most folds that are remembered. */
const MAX_MEMOIZED = 1000;
/** Folding a text that is shorter than this is faster than looking it up. */
const SHORT = 32;

/** Starts the reading of a request. `tolerated` collects the accepted departures. Without a budget, work is not limited. */
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

/** Wraps a fold function so that it remembers the folds of long texts. */
export function memoized(foldText: (text: string) => string): (text: string) => string {
  const folds = new Map<string, string>();
  return (text) => {
    if (text.length < SHORT) return foldText(text);
    const known = folds.get(text);
    if (known !== undefined) return known;
    if (folds.size >= MAX_MEMOIZED) folds.clear();
    const folded = foldText(text);
    folds.set(text, folded);
    return folded;
  };
}

/** A reading that accepts no departure from the RFCs. */
export const strictReading = (): Reading => newReading(new Set(), new Set());
