import { useEffect, useState } from 'preact/hooks';
import type { ChangeInfo, DirectoryNews, ListedResource } from '../api.ts';
import { ask, type NotAnswered } from './ask.ts';
import { asNotAnswered, PAUSE, repeat } from './polled.ts';

/** A tenant's directory as this page knows it. */
export interface Directory {
  readonly isRead: boolean;
  /** How many times the whole directory was read. */
  readonly edition: number;
  readonly resources: ReadonlyMap<string, ListedResource>;
  /** The resources that were deleted while the list was open, in their last state. */
  readonly gone: ReadonlyMap<string, ListedResource>;
  readonly changes: readonly ChangeInfo[];
  /** The times, by this page's clock, of the changes that came while the list was open. */
  readonly changedAt: ReadonlyMap<string, number>;
  readonly failure?: NotAnswered;
}

const unread: Directory = {
  isRead: false,
  edition: 0,
  resources: new Map(),
  gone: new Map(),
  changes: [],
  changedAt: new Map(),
};

interface Kept {
  directory: Directory;
  moment: string;
}

/** A directory that was read is kept while the page is open. Going back from a person to the list reads nothing again. */
const kept = new Map<string, Kept>();

/** Follows a directory while the component is mounted. */
export function useDirectory(service: string, tenant: string): Directory {
  const key = `${encodeURIComponent(service)}/${encodeURIComponent(tenant)}`;
  const [directory, setDirectory] = useState(kept.get(key)?.directory ?? unread);
  useEffect(
    () =>
      repeat(PAUSE, async () => {
        setDirectory(await look(key));
      }),
    [key],
  );
  return directory;
}

async function look(key: string): Promise<Directory> {
  const before = kept.get(key) ?? { directory: unread, moment: '' };
  try {
    const news = await ask<DirectoryNews>(`directory/${key}?moment=${before.moment}`);
    const directory = merged(before.directory, news);
    kept.set(key, { directory, moment: news.moment });
    return directory;
  } catch (error) {
    return { ...before.directory, failure: asNotAnswered(error) };
  }
}

/** Returns the same object if nothing is new, so that nothing is drawn again. */
function merged(before: Directory, { isWhole, resources, gone, changes }: DirectoryNews): Directory {
  if (isWhole) {
    const all = new Map(resources.map((one) => [one.id, one]));
    return { ...unread, isRead: true, edition: before.edition + 1, resources: all, changes };
  }
  if (changes.length === 0) return before;
  const next = new Map(before.resources);
  const left = new Map(before.gone);
  const changedAt = new Map(before.changedAt);
  for (const { id } of changes) changedAt.set(id, Date.now());
  for (const one of resources) {
    next.set(one.id, one);
    left.delete(one.id);
  }
  for (const id of gone) {
    const last = next.get(id);
    if (last) left.set(id, last);
    next.delete(id);
  }
  return { ...before, resources: next, gone: left, changes: [...before.changes, ...changes], changedAt };
}
