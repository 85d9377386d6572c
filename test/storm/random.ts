/** Random choices that are the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to, but not including, `end`. */
  readonly below: (end: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
  readonly guid: () => string;
}

/** Marsaglia's xorshift with 32 bits, which is random enough to choose operations. */
export function randomOf(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  }
  const below = (end: number): number => Math.floor(next() * end);
  const hex = (digits: number): string => Array.from({ length: digits }, () => below(16).toString(16)).join('');
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}
