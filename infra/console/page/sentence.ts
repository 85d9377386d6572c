import type { ChangeInfo, ServiceInfo } from '../api.ts';

/** A change in words: its kind, and the attributes that changed. */
export interface Sentence {
  readonly word: string;
  readonly rest: string;
}

/** Describes a change: `updated displayName`, or `restored, office changed`. Attributes that the word implies are omitted. */
export function sentenceOf({ columns }: ServiceInfo, { change, attributes }: ChangeInfo): Sentence {
  const status = columns.find(({ role }) => role === 'status')?.path;
  const others = attributes.filter((path) => path !== status || change === 'updated').join(', ');
  if (change === 'created' || change === 'deleted' || others === '') return { word: change, rest: '' };
  return { word: change, rest: change === 'updated' ? ` ${others}` : `, ${others} changed` };
}
