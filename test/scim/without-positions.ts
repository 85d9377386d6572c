/** A copy of a parsed filter or path without the positions of its attributes. */
export const withoutPositions = (parsed: unknown): unknown =>
  JSON.parse(JSON.stringify(parsed, (key, value) => (key === 'at' ? undefined : value)));
