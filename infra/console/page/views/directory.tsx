import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChangeInfo, ListedResource, ServiceInfo } from '../../api.ts';
import { Chart, ChartTable } from '../chart.tsx';
import { type Directory, useDirectory } from '../directory.ts';
import { Link } from '../link.tsx';
import { CHANGED, type Choice, matcher, type Sorted, searchText, sorted } from '../list.ts';
import { periodsOf, type Width } from '../periods.ts';
import { go, pathOf, useAddress, withParameters } from '../route.ts';
import { placeOf, useService, useSite } from '../site.ts';
import { ResourceTable } from '../table.tsx';
import { Time, useNow } from '../time.tsx';
import { Command, counted, Data, formatNumber, Headline } from '../words.tsx';

interface DirectoryProps {
  readonly service: string;
  readonly tenant: string;
}

/** A tenant's service: its changes as a chart, and its resources as a table. */
export function DirectoryView({ service: name, tenant }: DirectoryProps) {
  const service = useService(name);
  const directory = useDirectory(name, tenant);
  const isEmpty = directory.isRead && directory.resources.size === 0 && directory.gone.size === 0;
  return (
    <>
      <Headline text={`${tenant}, ${name}`} />
      {directory.failure && <p role="alert">{directory.failure.message}</p>}
      {!directory.isRead && !directory.failure && <p>Reading the table …</p>}
      {isEmpty && <Nothing service={name} tenant={tenant} />}
      {directory.isRead && <Summary {...{ service, tenant, directory }} />}
      {directory.changes.length > 0 && <Changes directory={directory} />}
      {directory.isRead && !isEmpty && <Resources {...{ service, tenant, directory }} />}
    </>
  );
}

function Nothing({ service, tenant }: DirectoryProps) {
  const command = useSite().commands[`${service}/${tenant}`];
  return (
    <section class="next">
      <h2>Nothing is stored</h2>
      {command ? (
        <>
          <p>In another terminal, provision a sample directory. This page updates by itself.</p>
          <Command text={command} />
        </>
      ) : (
        <p>Check in Entra that the job is running and that users are assigned: npm run entra -- check shows both.</p>
      )}
    </section>
  );
}

interface WholeProps {
  readonly service: ServiceInfo;
  readonly tenant: string;
  readonly directory: Directory;
}

function Summary({ service, tenant, directory: { resources, changes } }: WholeProps) {
  const at = placeOf(service, 'status');
  const active = useMemo(
    () => [...resources.values()].filter(({ cells }) => cells[at] === true).length,
    [resources, at],
  );
  const last = useMemo(
    () => changes.reduce((latest, change) => (change.at > latest ? change.at : latest), ''),
    [changes],
  );
  return (
    <p class="summary">
      {formatNumber(active)} active · {formatNumber(resources.size - active)} disabled
      {last && (
        <>
          {' '}
          · last change <Time at={last} reachable />
        </>
      )}{' '}
      · <Link to={pathOf(service.name, tenant, 'compare')}>Compare with a directory export</Link>
    </p>
  );
}

function Changes({ directory: { changes } }: { readonly directory: Directory }) {
  const address = useAddress();
  const width = widthIn(address, changes);
  const isTable = address.searchParams.get('as') === 'table';
  const minute = Math.floor(useNow().getTime() / 60_000);
  const periods = useMemo(() => periodsOf(changes, width, new Date(minute * 60_000)), [changes, width, minute]);
  const choose = (parameters: Readonly<Record<string, string>>) => go(withParameters(address, parameters));
  return (
    <section aria-labelledby="changes">
      <div class="heading">
        <h2 id="changes">Changes</h2>
        <fieldset class="choices">
          <legend class="hidden">Counted by</legend>
          <Choose isChosen={width === 'day'} text="by day" onChoose={() => choose({ by: 'day' })} />
          <Choose isChosen={width === 'hour'} text="by hour" onChoose={() => choose({ by: 'hour' })} />
        </fieldset>
        <button type="button" aria-expanded={isTable} onClick={() => choose({ as: isTable ? '' : 'table' })}>
          {isTable ? 'Hide the table' : 'Show as a table'}
        </button>
      </div>
      <Chart periods={periods} width={width} />
      {isTable && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a phone, and the keyboard has to reach it
        <section class="wide" tabIndex={0} aria-label="The numbers of the chart">
          <ChartTable periods={periods} width={width} />
        </section>
      )}
    </section>
  );
}

const TWO_DAYS = 2 * 86_400_000;

/** The width in the address. By default, changes are shown by day, or by hour if all of them are recent. */
function widthIn({ searchParams }: URL, changes: readonly ChangeInfo[]): Width {
  const by = searchParams.get('by');
  if (by === 'day' || by === 'hour') return by;
  return changes.some(({ at }) => Date.now() - Date.parse(at) > TWO_DAYS) ? 'day' : 'hour';
}

interface ChooseProps {
  readonly isChosen: boolean;
  readonly text: string;
  readonly onChoose: () => void;
}

function Choose({ isChosen, text, onChoose }: ChooseProps) {
  return (
    <button type="button" aria-pressed={isChosen} onClick={onChoose}>
      {text}
    </button>
  );
}

function Resources({ service, tenant, directory }: WholeProps) {
  const address = useAddress();
  const choice = choiceIn(address, service);
  const { all, listed, later, sortAgain } = useListed(service, directory, choice);
  const change = (parameters: Readonly<Record<string, string>>, replace = false) =>
    go(withParameters(address, parameters), replace);
  const sortBy = (column: string) =>
    change({ sort: choice.sort === column && !choice.isDescending ? `-${column}` : column }, true);
  return (
    <section aria-labelledby="resources">
      <div class="heading">
        <h2 id="resources">{service.name}</h2>
        <Search search={choice.search} onSearch={(q) => change({ q }, true)} />
        <fieldset class="choices">
          <legend class="hidden">State</legend>
          {(['all', 'active', 'disabled'] as const).map((state) => (
            <Choose
              key={state}
              isChosen={choice.state === state}
              text={state}
              onChoose={() => change({ state: state === 'all' ? '' : state })}
            />
          ))}
        </fieldset>
        <p class="found" role="status">
          {formatNumber(listed.length)} of {formatNumber(directory.resources.size)}
          {later > 0 && (
            <>
              {' '}
              · {formatNumber(later)} new at the end{' '}
              <button type="button" onClick={sortAgain}>
                Sort the list
              </button>
            </>
          )}
        </p>
      </div>
      <div class="listing">
        <Groups
          groups={all.groups}
          name={service.columns[placeOf(service, 'group')]?.name ?? ''}
          chosen={choice.group}
          onChoose={(group) => change({ group })}
        />
        {listed.length === 0 ? (
          <p class="frame none">No match. Use fewer words, or select all states and offices.</p>
        ) : (
          <ResourceTable {...{ service, tenant, directory, listed, choice }} onSort={sortBy} />
        )}
      </div>
    </section>
  );
}

function choiceIn({ searchParams }: URL, { columns }: ServiceInfo): Choice {
  const state = searchParams.get('state');
  const sort = searchParams.get('sort') ?? columns[0]?.name ?? CHANGED;
  return {
    search: searchParams.get('q') ?? '',
    state: state === 'active' || state === 'disabled' ? state : 'all',
    group: searchParams.get('group') ?? '',
    sort: sort.replace(/^-/, ''),
    isDescending: sort.startsWith('-'),
  };
}

interface Listed {
  readonly all: Sorted;
  readonly listed: readonly ListedResource[];
  /** How many resources at the end of the list were created after it was sorted. */
  readonly later: number;
  readonly sortAgain: () => void;
}

/**
 * The selected resources. They are sorted when the list is opened, and when the reader changes the selection or the sort order. In between, changed and
 * deleted resources keep their places, and new ones are added at the end.
 */
function useListed(service: ServiceInfo, directory: Directory, choice: Choice): Listed {
  const [turn, setTurn] = useState(0);
  const sortedAt = useRef<{ readonly key: string; readonly from: Directory }>(undefined);
  const key = `${turn} ${directory.edition} ${choice.search} ${choice.state} ${choice.group}`;
  const isEmpty = sortedAt.current?.from.resources.size === 0;
  if (sortedAt.current?.key !== key || isEmpty) sortedAt.current = { key, from: directory };
  const { from } = sortedAt.current;
  const all = useMemo(() => sorted(service, from.resources.values()), [service, from]);
  const { groups } = useMemo(
    () => (from === directory ? all : { groups: groupsNow(service, directory) }),
    [service, directory, from, all],
  );
  const order = useMemo(() => all.choose(choice), [all, ...Object.values(choice)]);
  const { listed, later } = useMemo(() => {
    const known = order.map((one) => directory.resources.get(one.id) ?? directory.gone.get(one.id) ?? one);
    const matches = matcher(service, choice);
    const fresh = [...directory.changedAt.keys()]
      .filter((id) => !from.resources.has(id))
      .flatMap((id) => directory.resources.get(id) ?? [])
      .filter((one) => matches(one, searchText(service, one)));
    return { listed: [...known, ...fresh], later: fresh.length };
  }, [service, directory, order, from, ...Object.values(choice)]);
  return { all: { ...all, groups }, listed, later, sortAgain: () => setTurn((count) => count + 1) };
}

const groupsNow = (service: ServiceInfo, { resources }: Directory) => sorted(service, resources.values()).groups;

function Search({ search, onSearch }: { readonly search: string; readonly onSearch: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  return (
    <label class="search">
      <span class="hidden">Search</span>
      <input
        ref={field}
        type="search"
        value={search}
        placeholder="Search name, office, user name, objectId, state"
        onInput={({ currentTarget }) => onSearch(currentTarget.value)}
      />
    </label>
  );
}

interface GroupsProps {
  readonly groups: Sorted['groups'];
  readonly name: string;
  readonly chosen: string;
  readonly onChoose: (group: string) => void;
}

/** The offices with their counts. The reader can select one. */
function Groups({ groups, name, chosen, onChoose }: GroupsProps) {
  if (groups.length === 0) return null;
  return (
    <details class="groups" open={innerWidth > 900}>
      <summary>{counted(groups.length, name)}</summary>
      <ul>
        {groups.map(([group, count]) => (
          <li key={group}>
            <button
              type="button"
              aria-pressed={group === chosen}
              onClick={() => onChoose(group === chosen ? '' : group)}
            >
              <Data text={group} />
              <span class="number">{formatNumber(count)}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
