/** The sizes of a run. */
export interface Sizes {
  /** Users of the small and of the large directory. */
  readonly small: number;
  readonly large: number;
  /** How many times each kind of request is measured, how many requests are sent each time, and how many of them in parallel. */
  readonly rounds: number;
  readonly requests: number;
  readonly inFlight: number;
  /** How many fresh processes are started for each figure about the start. */
  readonly starts: number;
  /** The number of parallel clients, and how long they run, in seconds. */
  readonly clients: number;
  readonly seconds: number;
}

/** The sizes of a full run, whose figures are saved. */
export const full: Sizes = {
  small: 2_000,
  large: 20_000,
  rounds: 7,
  requests: 1_000,
  inFlight: 8,
  starts: 15,
  clients: 200,
  seconds: 60,
};

/** The sizes of a short run, which tests the benchmark. Its figures are rough. */
export const quick: Sizes = {
  small: 100,
  large: 1_000,
  rounds: 2,
  requests: 100,
  inFlight: 8,
  starts: 3,
  clients: 50,
  seconds: 3,
};
