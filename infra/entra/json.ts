import { isRecord, type JsonRecord } from '../commands/shared/json.ts';

/** The value as an object; an empty one where it is none. */
export const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});

/** The objects of a list; none where the value is no list. */
export const recordsOf = (value: unknown): readonly JsonRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** The value as a string; empty where it is none. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
