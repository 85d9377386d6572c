// @ts-nocheck
import { fold } from './comparison.ts';
import type { ToleranceName } from './entra.ts';

/** How one request is read: what is accepted of it beyond the RFCs, and what work it may still cost. */
export interface Reading {
  /** The departures from the RFCs that are accepted. */
  readonly accepts: ReadonlySet<ToleranceName>;
  /** Those that the request made use of; the engine adds to them. */
  readonly met: Set<ToleranceName>;
  /** Draws so many steps of work from the request's budget, before they are done. Throws what `beyond` makes where none are left. */
  readonly spend: (steps: number) => void;
  /** Folds a text as `fold` does, each text once. */
  readonly fold: (text: string) => string;
}

/** What a reading may cost, in steps, and the error where that does not suffice. */
export interface Budget {
  readonly steps: number;
  readonly beyond: () => Error;
}

/** How many folded texts are remembered, so that a scan of many resources holds no more than these. */
const REMEMBERED = 1000;
/** Shorter texts are folded faster than they are found again. */
const SHORT = 32;

/** Starts to read a request. `met` collects the departures; without a budget the work is not counted. */
export function newReading(accepts: ReadonlySet<ToleranceName>, met: Set<ToleranceName>, budget?: Budget): Reading {
  const folds = new Map<string, string>();
  let left = budget?.steps ?? Number.POSITIVE_INFINITY;

  function spend(steps: number): void {
    left -= steps;
    if (left < 0 && budget) throw budget.beyond();
  }

  function foldOnce(text: string): string {
    if (text.length < SHORT) return fold(text);
    const known = folds.get(text);
    if (known !== undefined) return known;
    if (folds.size >= REMEMBERED) folds.clear();
    const folded = fold(text);
    folds.set(text, folded);
    return folded;
  }

  return { accepts, met, spend, fold: foldOnce };
}

/** The RFCs to the letter. */
export const strictReading = (): Reading => newReading(new Set(), new Set());
