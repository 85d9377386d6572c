/** One measured figure of the budget. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** At most this; undefined where the figure is only there to be seen. */
  readonly goal?: number;
  /** The machine's own share, measured in the same run. */
  readonly floor?: number;
  /** What the figure is made of, each with its unit. */
  readonly details?: Readonly<Record<string, string>>;
}

export type Verdict = 'met' | 'missed' | '';

export const verdictOf = ({ value, goal }: Figure): Verdict =>
  goal === undefined ? '' : value <= goal ? 'met' : 'missed';

/** A number as people read it: three digits that matter. */
export const show = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Milliseconds as people read them. */
export const ms = (value: number): string => `${value.toFixed(3)} ms`;
