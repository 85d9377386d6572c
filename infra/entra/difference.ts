/** One line of a plan: something that would be added, changed or removed. */
export interface Difference {
  readonly kind: '+' | '~' | '-';
  /** The part of the application that apply changes in one step. */
  readonly part: 'application' | 'job' | 'settings' | 'token' | 'schema' | 'assignment' | 'schedule' | 'workspace';
  /** The line's text, with the names that the portal uses. */
  readonly text: string;
}

/** The lines of a plan, by kind. */
export const added = (part: Difference['part'], text: string): Difference => ({ kind: '+', part, text });
export const changed = (part: Difference['part'], text: string): Difference => ({ kind: '~', part, text });
export const removed = (part: Difference['part'], text: string): Difference => ({ kind: '-', part, text });
