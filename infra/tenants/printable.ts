/**
 * Makes a client's text safe to print in a terminal. It escapes control characters, which could move the cursor or hide a line, and characters that
 * change the direction of the text.
 */
export const printable = (text: string): string => text.replace(UNSAFE, (one) => `\\u{${hexOf(one)}}`);

/** A value as JSON with the same characters escaped. It is safe to print, and every program reads one line of JSON as one line. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(UNSAFE, (one) =>
    one === '\n' ? one : `\\u${hexOf(one).padStart(4, '0')}`,
  );

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const hexOf = (one: string): string => one.charCodeAt(0).toString(16);
