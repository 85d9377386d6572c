/** Random choices that are the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to, but not including, `end`. */
  readonly below: (end: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  /** True once in `times` calls on average. */
  readonly once: (times: number) => boolean;
}

/** The generator mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const below = (end: number): number => Math.floor(next() * end);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T; // the index is within the list
  return { below, pick, once: (times) => below(times) === 0 };
}
