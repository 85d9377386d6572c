import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ColumnInfo, ListedResource, ServiceInfo } from '../api.ts';
import type { Directory } from './directory.ts';
import { Link } from './link.tsx';
import { CHANGED, type Choice } from './list.ts';
import { pathOf } from './route.ts';
import { Time, useNow } from './time.tsx';
import { useWindow } from './virtual.ts';
import { Data, State } from './words.tsx';

interface TableProps {
  readonly service: ServiceInfo;
  readonly tenant: string;
  readonly directory: Directory;
  readonly listed: readonly ListedResource[];
  readonly choice: Choice;
  readonly onSort: (column: string) => void;
}

const ROW = 32;
/** How long a changed row stays marked, in milliseconds. */
const MARKED = 6_000;
/** The last scroll position of each list. */
const offsets = new Map<string, number>();

/** A table of any length, which scrolls in its own frame, even by keyboard. */
export function ResourceTable({ service, tenant, directory, listed, choice, onSort }: TableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const place = `${service.name} ${tenant}`;
  const offset = offsets.get(place) ?? 0;
  const { items, before, behind } = useWindow(frame, { count: listed.length, height: ROW, offset });
  const columns = [...service.columns, { name: CHANGED, role: 'time' }];
  useNow(); // removes the marks of changed rows after some time
  useLayoutEffect(() => {
    frame.current?.scrollTo({ top: offset });
  }, [offset]);
  useBackToTop(frame, choice);
  const remember = () => offsets.set(place, frame.current?.scrollTop ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a reader who uses only the keyboard must be able to scroll it
    <section class="frame" ref={frame} tabIndex={0} aria-label={`The ${service.name} of ${tenant}`} onScroll={remember}>
      <table class="resources" aria-rowcount={listed.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name, role }) => (
              <Heading key={name} {...{ name, role, choice, onSort }} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {items.map(({ index }) => {
            const resource = listed[index];
            return resource && <Row key={resource.id} {...{ service, tenant, directory, resource, index }} />;
          })}
          <Spacer height={behind} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
}

/** A new selection starts at the top. */
function useBackToTop(frame: { readonly current: HTMLElement | null }, choice: Choice): void {
  const key = JSON.stringify(choice);
  const last = useRef(key);
  useEffect(() => {
    if (last.current !== key) frame.current?.scrollTo({ top: 0 });
    last.current = key;
  }, [key, frame]);
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it contains nothing that can have the focus
    <tr class="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

interface HeadingProps {
  readonly name: string;
  readonly role: string;
  readonly choice: Choice;
  readonly onSort: (column: string) => void;
}

function Heading({ name, role, choice: { sort, isDescending }, onSort }: HeadingProps) {
  const direction = isDescending ? 'descending' : 'ascending';
  const isSorted = sort === name;
  return (
    <th scope="col" class={`role-${role}`} aria-sort={isSorted ? direction : undefined}>
      <button type="button" onClick={() => onSort(name)}>
        {name === CHANGED ? 'last change' : name}
        <span aria-hidden="true">{isSorted ? (isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

interface RowProps extends Pick<TableProps, 'service' | 'tenant' | 'directory'> {
  readonly resource: ListedResource;
  readonly index: number;
}

function Row({ service, tenant, directory, resource, index }: RowProps) {
  const isGone = directory.gone.has(resource.id);
  const age = Date.now() - (directory.changedAt.get(resource.id) ?? 0);
  const marks = [isGone ? 'gone' : '', age < MARKED ? 'fresh' : ''].filter(Boolean).join(' ');
  return (
    <tr aria-rowindex={index + 2} class={marks || undefined}>
      {service.columns.map((column, at) => (
        <Cell key={column.name} {...{ service, tenant, column, resource, isGone }} value={resource.cells[at] ?? null} />
      ))}
      <td class="role-time">
        <Time at={resource.lastModified} />
      </td>
    </tr>
  );
}

interface CellProps extends Pick<RowProps, 'service' | 'tenant' | 'resource'> {
  readonly column: ColumnInfo;
  readonly isGone: boolean;
  readonly value: string | boolean | null;
}

function Cell({ service, tenant, column: { role }, resource, isGone, value }: CellProps) {
  const place = `role-${role}`;
  if (role === 'status')
    return (
      <td class={place}>
        <State of={isGone ? 'deleted' : value === true ? 'active' : 'disabled'} />
      </td>
    );
  const text = value === null ? '' : String(value);
  if (role !== 'label')
    return (
      <td class={place}>
        <Data text={text} />
      </td>
    );
  return (
    <th scope="row" class={place}>
      <Link to={pathOf(service.name, tenant, 'id', resource.id)}>
        <Data text={text || resource.id} />
      </Link>
    </th>
  );
}
