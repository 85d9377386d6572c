/** Rows of the brake stand in the tenant's partition beyond its resources, and name no person. */
export const brakePrefix = '~brake.';

/** The row with the state of the brake; it sorts behind all notes, so that one query returns both. */
export const brakeStateKey = `${brakePrefix}state`;

/** The RowKey of a note: its time in milliseconds, 14 digits, and something random. */
export const eventKey = (at: Date, unique: string): string =>
  `${brakePrefix}${String(at.getTime()).padStart(14, '0')}.${unique}`;

/** The time of a note, in milliseconds since 1970. */
export const timeOf = (key: string): number => Number(key.slice(brakePrefix.length, brakePrefix.length + 14));
