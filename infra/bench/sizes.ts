/** How much is measured. */
export interface Sizes {
  /** Users of the small and of the large directory. */
  readonly small: number;
  readonly large: number;
  /** How often each kind of request is measured, how many requests each time, and how many are in flight. */
  readonly rounds: number;
  readonly requests: number;
  readonly inFlight: number;
  /** Fresh processes for each figure of the start. */
  readonly starts: number;
  /** Parallel clients, and how long they go on, in seconds. */
  readonly clients: number;
  readonly seconds: number;
}

/** Those whose figures are kept. */
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

/** Those of a short run, which shows that all works; its figures are rough. */
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
