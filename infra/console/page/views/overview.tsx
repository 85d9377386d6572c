import type { LatestChange, Overview, OverviewRow } from '../../api.ts';
import { Link } from '../link.tsx';
import { usePolled } from '../polled.ts';
import { pathOf } from '../route.ts';
import { sentenceOf } from '../sentence.ts';
import { useService, useSite } from '../site.ts';
import { Sparkline } from '../sparkline.tsx';
import { Time } from '../time.tsx';
import { Command, Data, formatNumber, Headline } from '../words.tsx';

/** What needs attention, and one line for every tenant and service. */
export function OverviewView() {
  const { value, failure } = usePolled<Overview>('overview');
  return (
    <>
      <Headline text="Overview" />
      {failure && <p role="alert">{failure.message}</p>}
      {value ? <Whole overview={value} /> : !failure && <p>Reading the tables …</p>}
    </>
  );
}

function Whole({ overview: { rows, notices, failures, latest, isAudited } }: { readonly overview: Overview }) {
  const isEmpty = rows.every(({ isRead, active, disabled }) => isRead && active + disabled === 0);
  return (
    <>
      {isEmpty && <FirstStep />}
      {!(isEmpty && notices.length === 0) && <Attention notices={notices} isAudited={isAudited} />}
      {failures.map((failure) => (
        <p key={failure} role="alert">
          {failure}
        </p>
      ))}
      {rows.length === 0 ? (
        <p>There is no tenant yet. Issue a token with npm run token, then provision the tenant.</p>
      ) : (
        <Rows rows={rows} />
      )}
      {latest.length > 0 && <Latest changes={latest} />}
    </>
  );
}

function Attention({ notices, isAudited }: Pick<Overview, 'notices' | 'isAudited'>) {
  return (
    <section aria-label="What needs attention">
      {notices.length === 0 ? (
        <p class="well">
          <span aria-hidden="true">✓</span> All is well.{isAudited ? '' : ' The audit of the tables is still running.'}
        </p>
      ) : (
        <ul class="notices">
          {notices.map((notice) => (
            <li key={`${notice.service} ${notice.tenant} ${notice.kind} ${notice.text}`}>
              <Link to={pathOf(notice.service, notice.tenant)}>
                {notice.tenant}, {notice.service}
              </Link>
              : {notice.text}
              {notice.at !== undefined && (
                <>
                  {' '}
                  <Time at={notice.at} as="date" reachable />
                </>
              )}
              .
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Rows({ rows }: { readonly rows: readonly OverviewRow[] }) {
  const { hasLog } = useSite();
  const digits = Math.max(...rows.map(({ active }) => formatNumber(active).length));
  const hasTokens = rows.some(({ token }) => token !== undefined);
  return (
    <table class="overview">
      <caption class="hidden">Every tenant and service</caption>
      <thead>
        <tr>
          <th scope="col">Tenant</th>
          <th scope="col">Service</th>
          <th scope="col">Resources</th>
          <th scope="col">{hasLog ? 'Last request' : 'Last change'}</th>
          <th scope="col">Changes in the last 14 days</th>
          <th scope="col">Brake</th>
          {hasTokens && <th scope="col">Token</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <Row
            key={`${row.service} ${row.tenant}`}
            row={row}
            isFirst={rows[at - 1]?.tenant !== row.tenant}
            {...{ hasTokens, digits }}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: OverviewRow;
  /** Whether it is the tenant's first line. */
  readonly isFirst: boolean;
  readonly hasTokens: boolean;
  /** The length of the longest number, so that all numbers are aligned right. */
  readonly digits: number;
}

function Row({ row, isFirst, hasTokens, digits }: RowProps) {
  const { service, tenant, lastChange, lastRequest, days } = row;
  const last = lastRequest ?? lastChange;
  const total = days.reduce((sum, count) => sum + count, 0);
  return (
    <tr class={isFirst ? 'first' : undefined}>
      <th scope="row" data-label="Tenant" class={isFirst ? undefined : 'again'}>
        {tenant}
      </th>
      <td data-label="Service">
        <Link to={pathOf(service, tenant)}>
          {service}
          <span class="hidden"> of {tenant}</span>
        </Link>
      </td>
      <td data-label="Resources">
        <Counts row={row} digits={digits} />
      </td>
      <td data-label="Last">{last ? <Time at={last} reachable /> : <span class="quiet">never</span>}</td>
      <td data-label="14 days" class="days">
        <Sparkline values={days} label={`Changes per day, oldest first: ${days.join(', ')}`} />
        <span class="number">{formatNumber(total)}</span>
      </td>
      <td data-label="Brake">
        <Brake row={row} />
      </td>
      {hasTokens && (
        <td data-label="Token">
          <Token row={row} />
        </td>
      )}
    </tr>
  );
}

function Counts({ row: { isRead, active, disabled }, digits }: Pick<RowProps, 'row' | 'digits'>) {
  if (!isRead) return <span class="quiet">reading …</span>;
  if (active + disabled === 0) return <span class="quiet">nothing yet</span>;
  return (
    <span>
      <span class="count" style={`--digits: ${digits}ch`}>
        {formatNumber(active)}
      </span>{' '}
      active{disabled > 0 && ` · ${formatNumber(disabled)} disabled`}
    </span>
  );
}

function Brake({ row: { brake } }: { readonly row: OverviewRow }) {
  if (brake.kind === 'engaged')
    return (
      <strong>
        ■ engaged
        {brake.since && (
          <>
            {' '}
            since <Time at={brake.since} as="date" reachable />
          </>
        )}
      </strong>
    );
  if (brake.kind === 'released')
    return (
      <>
        released
        {brake.until && (
          <>
            {' '}
            until <Time at={brake.until} as="date" reachable />
          </>
        )}
      </>
    );
  return <span class="quiet">{brake.kind === 'off' ? 'off' : 'not engaged'}</span>;
}

function Token({ row: { token } }: { readonly row: OverviewRow }) {
  if (!token) return <span class="quiet">not known</span>;
  if (token.state !== 'valid') return <strong>▲ {token.state}</strong>;
  return token.expires ? (
    <>
      expires <Time at={token.expires} reachable />
    </>
  ) : (
    <>does not expire</>
  );
}

/** The latest changes of all tenants. */
function Latest({ changes }: { readonly changes: readonly LatestChange[] }) {
  return (
    <section aria-labelledby="latest">
      <h2 id="latest">Latest changes</h2>
      <ol class="latest">
        {changes.map((change) => (
          <LatestLine key={`${change.tenant} ${change.key}`} change={change} />
        ))}
      </ol>
    </section>
  );
}

function LatestLine({ change }: { readonly change: LatestChange }) {
  const { service, tenant, id, at, label } = change;
  const { word, rest } = sentenceOf(useService(service), change);
  return (
    <li>
      <Time at={at} />
      <span>
        {tenant}, {service}
      </span>
      <Link to={pathOf(service, tenant, 'id', id)}>
        <Data text={label ?? id} />
      </Link>
      <span>
        {word}
        <span class="quiet">{rest}</span>
      </span>
    </li>
  );
}

/** Shows a newcomer the command that provisions a sample directory. */
function FirstStep() {
  const { commands } = useSite();
  const [command] = Object.values(commands);
  if (command === undefined) return null;
  return (
    <section class="next">
      <h2>Nothing has arrived yet</h2>
      <p>In another terminal, provision a sample directory. This page updates by itself.</p>
      <Command text={command} />
    </section>
  );
}
