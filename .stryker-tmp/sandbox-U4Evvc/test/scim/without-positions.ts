/** A parsed filter or path without the positions of its attributes, for comparing what was parsed. */
// @ts-nocheck

export const withoutPositions = (parsed: unknown): unknown =>
  JSON.parse(JSON.stringify(parsed, (key, value) => (key === 'at' ? undefined : value)));
