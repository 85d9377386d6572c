/**
 * What a client wrote, as a terminal may show it: control characters, which could move the cursor or hide a line, and those that turn the
 * direction of writing are spelled out.
 */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
