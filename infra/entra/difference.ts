/** One line of a plan: something that would be added, changed or removed. */
export interface Difference {
  readonly kind: '+' | '~' | '-';
  /** The part of the application that apply changes in one step. */
  readonly part: 'application' | 'job' | 'settings' | 'token' | 'schema' | 'assignment' | 'schedule' | 'workspace';
  /** The line's text, with the names that the portal uses. */
  readonly text: string;
}

/** A line for something that would be added. */
export const added = (part: Difference['part'], text: string): Difference => ({ kind: '+', part, text });

/** A line for something that would be changed. */
export const changed = (part: Difference['part'], text: string): Difference => ({ kind: '~', part, text });

/** A line for something that would be removed. */
export const removed = (part: Difference['part'], text: string): Difference => ({ kind: '-', part, text });
