/** One line of a plan: what would be added, changed or removed. */
export interface Difference {
  readonly kind: '+' | '~' | '-';
  /** The part of the application that an apply changes in one go. */
  readonly part: 'application' | 'job' | 'settings' | 'token' | 'schema' | 'assignment' | 'schedule' | 'workspace';
  /** With the portal's names. */
  readonly text: string;
}

export const added = (part: Difference['part'], text: string): Difference => ({ kind: '+', part, text });
export const changed = (part: Difference['part'], text: string): Difference => ({ kind: '~', part, text });
export const removed = (part: Difference['part'], text: string): Difference => ({ kind: '-', part, text });
