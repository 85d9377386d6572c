/**
 * What a client wrote, as a terminal may show it: control characters, which could move the cursor or hide a line, and those that turn the
 * direction of writing are spelled out.
 */
export const printable = (text: string): string => text.replace(UNSAFE, (one) => `\\u{${hexOf(one)}}`);

/** A value as JSON with the same characters escaped, so that a line of JSON is one line to every reader, and a terminal can show it. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(UNSAFE, (one) =>
    one === '\n' ? one : `\\u${hexOf(one).padStart(4, '0')}`,
  );

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const hexOf = (one: string): string => one.charCodeAt(0).toString(16);
