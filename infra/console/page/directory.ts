import { useEffect, useState } from 'preact/hooks';
import type { ChangeInfo, DirectoryNews, ListedResource } from '../api.ts';
import { fetchJson, type RequestFailed } from './fetch-json.ts';
import { asRequestFailed, PAUSE, repeat } from './polled.ts';

/** A tenant's directory as this page knows it. */
export interface Directory {
  readonly isRead: boolean;
  /** How many times the whole directory was read. */
  readonly edition: number;
  readonly resources: ReadonlyMap<string, ListedResource>;
  /** The resources that were deleted while the list was open, as they were before. */
  readonly gone: ReadonlyMap<string, ListedResource>;
  readonly changes: readonly ChangeInfo[];
  /** When this page received each change while the list was open. */
  readonly changedAt: ReadonlyMap<string, number>;
  readonly failure?: RequestFailed;
}

const unread: Directory = {
  isRead: false,
  edition: 0,
  resources: new Map(),
  gone: new Map(),
  changes: [],
  changedAt: new Map(),
};

interface Cached {
  directory: Directory;
  moment: string;
}

/** The directories that this page has read. Going back from a resource to the list reads nothing again. */
const cache = new Map<string, Cached>();

/** Follows a directory while the component is mounted. */
export function useDirectory(service: string, tenant: string): Directory {
  const key = `${encodeURIComponent(service)}/${encodeURIComponent(tenant)}`;
  const [directory, setDirectory] = useState(cache.get(key)?.directory ?? unread);
  useEffect(
    () =>
      repeat(PAUSE, async () => {
        setDirectory(await refresh(key));
      }),
    [key],
  );
  return directory;
}

async function refresh(key: string): Promise<Directory> {
  const before = cache.get(key) ?? { directory: unread, moment: '' };
  try {
    const news = await fetchJson<DirectoryNews>(`directory/${key}?moment=${before.moment}`);
    const directory = merged(before.directory, news);
    cache.set(key, { directory, moment: news.moment });
    return directory;
  } catch (error) {
    return { ...before.directory, failure: asRequestFailed(error) };
  }
}

/** Adds the news to a directory. Returns the same object if there are none, so that nothing is drawn again. */
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
