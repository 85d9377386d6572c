import { isRecord, type JsonRecord } from '../commands/shared/json.ts';

/** The value if it is an object, otherwise an empty object. */
export const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});

/** The objects in a list, or an empty list if the value is not a list. */
export const recordsOf = (value: unknown): readonly JsonRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** The value if it is a string, otherwise an empty string. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
