import type { ChangeInfo, ServiceInfo } from '../api.ts';

/** A change in words: its kind, and what the reader has to know besides. */
export interface Sentence {
  readonly word: string;
  readonly rest: string;
}

/** `updated` displayName; `restored`, office changed. What a word says already is not said again. */
export function sentenceOf({ columns }: ServiceInfo, { change, attributes }: ChangeInfo): Sentence {
  const status = columns.find(({ role }) => role === 'status')?.path;
  const others = attributes.filter((path) => path !== status || change === 'updated').join(', ');
  if (change === 'created' || change === 'deleted' || others === '') return { word: change, rest: '' };
  return { word: change, rest: change === 'updated' ? ` ${others}` : `, ${others} changed` };
}
