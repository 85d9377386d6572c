import { useState } from 'preact/hooks';
import type { JsonObject } from '../../../../shared/scim/json.ts';
import type { Service } from '../../../../shared/services/service.ts';
import { services } from '../../../../shared/services/services.ts';
import { parseDirectory } from '../../../provision/parse-directory.ts';
import { type Comparison, compare, isTheSame, type Names } from '../../../tenants/compare.ts';
import { fetchJson } from '../fetch-json.ts';
import { Link } from '../link.tsx';
import { pathOf } from '../route.ts';
import { counted, Data, Headline } from '../words.tsx';

interface CompareProps {
  readonly service: string;
  readonly tenant: string;
}

interface Compared {
  readonly file: string;
  readonly comparison?: Comparison;
  /** The display names of the stored resources, by id. */
  readonly labels?: ReadonlyMap<string, string>;
  readonly failure?: string;
}

/** Compares a directory export with the stored resources. The browser reads the file; it is not sent anywhere. */
export function CompareView({ service, tenant }: CompareProps) {
  const [compared, setCompared] = useState<Compared>();
  const [isOver, setOver] = useState(false);
  const read = async (file: File | undefined) => {
    if (!file) return;
    setCompared({ file: file.name });
    setCompared(await compareFile({ service, tenant }, file));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer?.files[0]);
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <>
      <Headline text={`Compare ${tenant}, ${service}`} />
      <label class={isOver ? 'drop over' : 'drop'} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
        <span>Drop a directory export here, or choose one:</span>
        <input
          type="file"
          accept="application/json,.json"
          onChange={({ currentTarget }) => void read(currentTarget.files?.[0])}
        />
        <span class="quiet">
          The file has the format of npm run provision. It is compared in this browser and does not leave this machine.
        </span>
      </label>
      <div role="status">{compared && <Outcome compared={compared} />}</div>
      {compared?.comparison && <Details {...{ service, tenant, ...compared }} comparison={compared.comparison} />}
    </>
  );
}

async function compareFile({ service: name, tenant }: CompareProps, file: File): Promise<Compared> {
  try {
    const service = services.find((one) => one.name === name);
    if (!service) throw new Error(`There is no service ${name}.`);
    const users = parseDirectory({ text: await file.text(), path: file.name });
    const stored = await fetchJson<readonly JsonObject[]>(['scim', name, tenant].map(encodeURIComponent).join('/'));
    return { file: file.name, comparison: compare(service, users, stored), labels: labelsOf(service, stored) };
  } catch (error) {
    return { file: file.name, failure: error instanceof Error ? error.message : String(error) };
  }
}

function labelsOf({ resourceType }: Service, stored: readonly JsonObject[]): ReadonlyMap<string, string> {
  const name = resourceType.attributes.find(({ label }) => label)?.name ?? 'id';
  return new Map(stored.map((resource) => [String(resource['id']), String(resource[name] ?? resource['id'])]));
}

function Outcome({ compared: { file, comparison, failure } }: { readonly compared: Compared }) {
  if (failure !== undefined) return <p role="alert">{failure}</p>;
  if (!comparison) return <p>Reading {file} …</p>;
  const { same, missing, extra, different, absent } = comparison;
  const rest =
    absent > 0
      ? ` ${counted(absent, 'user')} of the export ${absent === 1 ? 'is' : 'are'} out of scope and not stored.`
      : '';
  return (
    <p class="summary">
      <Data text={file} />:{' '}
      {isTheSame(comparison)
        ? `the same. All ${counted(same, 'user')} are stored as they are in the directory.${rest}`
        : `${counted(same, 'user')} the same · ${missing.length} missing here · ${extra.length} extra here · ${counted(different.length, 'value')} different.${rest}`}
    </p>
  );
}

interface DetailsProps extends CompareProps {
  readonly comparison: Comparison;
  readonly labels?: ReadonlyMap<string, string>;
}

function Details({ service, tenant, labels, comparison: { missing, extra, different, caseOnly } }: DetailsProps) {
  const linkTo = (id: string, text: string) => (
    <Link to={pathOf(service, tenant, 'id', id)}>{<Data text={text} />}</Link>
  );
  return (
    <>
      <Lines
        title="Missing here"
        headings={['User', 'objectId']}
        rows={missing.map(({ names, objectId }) => [
          <Data key="user" text={nameIn(names, objectId)} />,
          <code key="id">{objectId}</code>,
        ])}
      />
      <Lines
        title="Extra here"
        headings={['Resource', 'State']}
        rows={extra.map(({ id, names, isInUse }) => [linkTo(id, nameIn(names, id)), isInUse ? 'active' : 'disabled'])}
      />
      <Lines
        title="Different"
        headings={['Resource', 'Attribute', 'Directory', 'Stored']}
        rows={different.map(differenceCells)}
      />
      <Lines
        title="Different only in case, which counts as the same"
        headings={['Resource', 'Attribute', 'Directory', 'Stored']}
        rows={caseOnly.map(differenceCells)}
      />
    </>
  );

  function differenceCells({ id, objectId, path, directory, kept }: Comparison['different'][number]) {
    return [
      linkTo(id, labels?.get(id) ?? objectId),
      <code key="path">{path}</code>,
      ...[directory, kept].map(valueCell),
    ];
  }
}

const valueCell = (value: unknown) =>
  value === undefined ? <span class="quiet">no value</span> : <Data text={String(value)} />;

/** The last of the matching attributes is the readable one. */
const nameIn = (names: Names, otherwise: string): string => Object.values(names).at(-1) ?? otherwise;

interface LinesProps {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly preact.ComponentChild[])[];
}

/** The maximum number of lines that are drawn. */
const MOST = 1_000;

function Lines({ title, headings, rows }: LinesProps) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>
        {title} ({rows.length})
      </h2>
      <table class="lines">
        <thead>
          <tr>
            {headings.map((heading) => (
              <th scope="col" key={heading}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((cells, at) => (
            <tr key={at}>
              {cells.map((cell, column) => (
                <td key={headings[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && <p>And {rows.length - MOST} more.</p>}
    </section>
  );
}
