import type { Cell, ListedResource, ServiceInfo } from '../api.ts';

/** Which resources of a directory are listed, and in which order. */
export interface Choice {
  /** The words to search for. A resource has to contain all of them. */
  readonly search: string;
  readonly state: 'all' | 'active' | 'disabled';
  /** A value of the column that groups the list, such as an office; '' for all. */
  readonly group: string;
  /** The column that the list is sorted by, and the direction. */
  readonly sort: string;
  readonly isDescending: boolean;
}

/** The column of the last change, which every list has in addition to its service's columns. */
export const CHANGED = 'lastModified';

/** In Danish, Æ, Ø and Å come after Z, in this order. */
const collator = new Intl.Collator('da', { numeric: true, sensitivity: 'variant' });

/** A directory prepared for many searches and sorts. */
export interface Sorted {
  readonly choose: (choice: Choice) => readonly ListedResource[];
  /** The sorted values of the column that groups the list, each with the number of resources that have it. */
  readonly groups: readonly (readonly [group: string, count: number])[];
}

/** Prepares a directory: the text of each resource and each sort order are computed only once. */
export function sorted(service: ServiceInfo, resources: Iterable<ListedResource>): Sorted {
  const all = [...resources].map((resource) => ({ resource, text: searchText(service, resource) }));
  const orders = new Map<string, typeof all>();

  function inOrder(sort: string): typeof all {
    const known = orders.get(sort);
    if (known) return known;
    const order = all.toSorted((a, b) => compareBy(service, sort, a.resource, b.resource));
    orders.set(sort, order);
    return order;
  }

  function choose(choice: Choice): readonly ListedResource[] {
    const matches = matcher(service, choice);
    const chosen = inOrder(choice.sort).filter(({ resource, text }) => matches(resource, text));
    const found = chosen.map(({ resource }) => resource);
    return choice.isDescending ? found.reverse() : found;
  }

  return {
    choose,
    groups: groupsOf(
      service,
      all.map(({ resource }) => resource),
    ),
  };
}

/** Whether the filter selects a resource. `text` is its searchText. */
export function matcher(
  { columns }: ServiceInfo,
  { search, state, group }: Choice,
): (resource: ListedResource, text: string) => boolean {
  const words = fold(search).split(' ').filter(Boolean);
  const groupAt = columns.findIndex(({ role }) => role === 'group');
  const statusAt = columns.findIndex(({ role }) => role === 'status');
  return ({ cells }, text) =>
    (state === 'all' || (cells[statusAt] === true) === (state === 'active')) &&
    (group === '' || (cells[groupAt] ?? '') === group) &&
    words.every((word) => text.includes(word));
}

/** The folded text in which a search looks for words: the cells, the id and the state. */
export function searchText({ columns }: ServiceInfo, { id, cells }: ListedResource): string {
  const words = cells.map((cell, at) => (columns[at]?.role === 'status' ? stateOf(cell) : String(cell ?? '')));
  return fold([...words, id].join(' '));
}

const stateOf = (cell: Cell): string => (cell === true ? 'active' : 'disabled');

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

function compareBy({ columns }: ServiceInfo, sort: string, a: ListedResource, b: ListedResource): number {
  if (sort === CHANGED) return a.lastModified < b.lastModified ? -1 : Number(a.lastModified > b.lastModified);
  const at = Math.max(
    0,
    columns.findIndex(({ name }) => name === sort),
  );
  return compareCells(a.cells[at] ?? null, b.cells[at] ?? null) || compareCells(a.cells[0] ?? null, b.cells[0] ?? null);
}

/** Sorts resources in use first, and unassigned values last. */
function compareCells(a: Cell, b: Cell): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (typeof a === 'boolean' || typeof b === 'boolean') return a === true ? -1 : 1;
  return collator.compare(a, b);
}

function groupsOf({ columns }: ServiceInfo, resources: readonly ListedResource[]): Sorted['groups'] {
  const at = columns.findIndex(({ role }) => role === 'group');
  const counts = new Map<string, number>();
  for (const { cells } of resources) {
    const group = cells[at];
    if (typeof group === 'string') counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => collator.compare(a, b));
}
