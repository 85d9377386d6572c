import type { ChangeInfo, ResourceView as Resource } from '../../api.ts';
import { dayOf } from '../moment.ts';
import { usePolled } from '../polled.ts';
import { sentenceOf } from '../sentence.ts';
import { useService } from '../site.ts';
import { Time } from '../time.tsx';
import { Headline, State, WholeData } from '../words.tsx';

interface ResourceProps {
  readonly service: string;
  readonly tenant: string;
  readonly id: string;
}

/** One person or room on one screen: the stored attributes and the history. */
export function ResourceView({ service, tenant, id }: ResourceProps) {
  const path = ['resource', service, tenant, id].map(encodeURIComponent).join('/');
  const { value, failure } = usePolled<Resource>(path);
  if (failure?.status === 404)
    return (
      <>
        <Headline text={id} />
        <p>There is no resource with this id, and no change to it in the history.</p>
      </>
    );
  return (
    <>
      {failure && <p role="alert">{failure.message}</p>}
      {!value && !failure && <p>Reading the row …</p>}
      {value && (
        <>
          <Headline text={value.label} />
          <p class="summary">
            {value.isActive === undefined ? (
              <State of="deleted" />
            ) : (
              <State of={value.isActive ? 'active' : 'disabled'} />
            )}
          </p>
          <div class="resource">
            <StoredAttributes resource={value} />
            <History service={service} history={value.history} />
          </div>
        </>
      )}
    </>
  );
}

function StoredAttributes({ resource: { attributes, scim, columns } }: { readonly resource: Resource }) {
  if (attributes.length === 0)
    return (
      <section aria-labelledby="stored">
        <h2 id="stored">Stored</h2>
        <p>The resource was deleted. Only its history is left.</p>
      </section>
    );
  return (
    <section aria-labelledby="stored">
      <h2 id="stored">Stored</h2>
      <table class="lines">
        <caption class="hidden">Every stored attribute, with its source in Entra</caption>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">Value</th>
            <th scope="col">From Entra</th>
          </tr>
        </thead>
        <tbody>
          {attributes.map(({ path, value, entra }) => (
            <tr key={path}>
              <th scope="row">
                <code>{path}</code>
              </th>
              <td data-label="Value">
                {value === undefined ? <span class="quiet">unassigned</span> : <WholeData text={value} />}
              </td>
              <td data-label="From Entra">
                {entra === undefined ? <span class="quiet">set by the service</span> : <code>{entra}</code>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>As SCIM</summary>
        <pre>
          <code>{JSON.stringify(scim, undefined, 2)}</code>
        </pre>
      </details>
      <details>
        <summary>As columns of the table</summary>
        <table class="lines">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {columns.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  <WholeData text={value} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function History({ service, history }: { readonly service: string; readonly history: readonly ChangeInfo[] }) {
  const days = [...Map.groupBy(history, ({ at }) => dayOf(new Date(at)))];
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      {days.length === 0 && (
        <p>The history contains no change to this resource: its last change is older than the history.</p>
      )}
      {days.map(([day, changes]) => (
        <section key={day} class="day">
          <h3>{day}</h3>
          <ol class="timeline">
            {changes.map((change) => (
              <Line key={change.key} service={service} change={change} />
            ))}
          </ol>
        </section>
      ))}
    </section>
  );
}

function Line({ service, change }: { readonly service: string; readonly change: ChangeInfo }) {
  const { word, rest } = sentenceOf(useService(service), change);
  return (
    <li>
      <Time at={change.at} as="clock" reachable />
      <span>
        <strong>{word}</strong>
        {rest}
        {change.token && (
          <span class="quiet">
            {' '}
            · token <code>{change.token}</code>
          </span>
        )}
      </span>
    </li>
  );
}
