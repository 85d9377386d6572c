/**
 * Folds text of an attribute that is not caseExact: two values are the same where their folds are. The unique row, the point read and the
 * filter all use this one function (RFC 7644 section 5 maps case before comparing; no language's rules, nothing refused). The sigma that ends
 * a word is an ordinary one: else "sw" and "co" would miss the middle of a word.
 */
export const fold = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');

/** Most text is, and then lower case is all there is to do. */
const isAscii = (text: string): boolean => !/[^\x20-\x7e]/.test(text);
