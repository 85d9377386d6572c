import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/identity';
import { isRecord, type JsonRecord } from '../../commands/shared/json.ts';
import { keyOf, noRequests, type RequestLog, type Requests } from './request-log.ts';

/** The Log Analytics workspace to query. */
export interface Workspace {
  /** The workspace's id, a GUID. */
  readonly id: string;
  readonly credential: () => TokenCredential;
  readonly now: () => Date;
  /** For tests: the address of a stand-in. */
  readonly endpoint?: string;
}

const ENDPOINT = 'https://api.loganalytics.io';
const SCOPE = 'https://api.loganalytics.io/.default';
const MINUTE = 60_000;
const LONGEST = 30_000;
/** A tenant with requests in this many hours of a week has a provisioning job. */
const HOURS_OF_A_JOB = 6;

const query = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../queries/console', `${name}.kql`), 'utf8');
const queries = { requests: query('requests'), refusals: query('refusals') };

/** Reads the requests from Log Analytics, at most once a minute (learn.microsoft.com/azure/azure-monitor/logs/api/overview). Needs the role Log Analytics Reader. */
export function workspaceLog({ id, credential, now, endpoint = ENDPOINT }: Workspace): RequestLog {
  const identity = credential();
  let known = new Map<string, Requests>();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let failure: string | undefined;

  async function rowsFor(text: string): Promise<readonly JsonRecord[]> {
    const token = await identity.getToken(SCOPE);
    const response = await fetch(`${endpoint}/v1/workspaces/${id}/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, timespan: 'P7D' }),
      signal: AbortSignal.timeout(LONGEST),
    });
    if (!response.ok) throw new Error(`the workspace returned ${response.status}`);
    return rowsOf(await response.json());
  }

  async function read(): Promise<void> {
    try {
      const [requests, refusals] = await Promise.all([rowsFor(queries.requests), rowsFor(queries.refusals)]);
      known = gather(requests, refusals);
      failure = undefined;
    } catch (error) {
      failure = `The log could not be read: ${error instanceof Error ? error.message : String(error)}. You need the role Log Analytics Reader on the workspace.`;
    }
    readAt = now().getTime();
  }

  function refresh(): Promise<void> {
    if (now().getTime() - readAt >= MINUTE)
      reading ??= read().finally(() => {
        reading = undefined;
      });
    return reading ?? Promise.resolve();
  }

  return { of: (service, tenant) => known.get(keyOf(service, tenant)) ?? noRequests, refresh, failure: () => failure };
}

/** The rows of the first table as objects, by column name. Empty if the response has another form. */
function rowsOf(response: unknown): readonly JsonRecord[] {
  const [table] = isRecord(response) && Array.isArray(response['tables']) ? response['tables'] : [];
  if (!isRecord(table) || !Array.isArray(table['columns']) || !Array.isArray(table['rows'])) return [];
  const names = table['columns'].map((column: unknown) => (isRecord(column) ? String(column['name']) : ''));
  return table['rows'].filter(Array.isArray).map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
}

function gather(requests: readonly JsonRecord[], refusals: readonly JsonRecord[]): Map<string, Requests> {
  const keyIn = (row: JsonRecord): string => keyOf(String(row['service']), String(row['tenant']));
  const refused = Map.groupBy(refusals, keyIn);
  return new Map(
    requests.map((row) => [
      keyIn(row),
      {
        last: new Date(String(row['lastRequest'])),
        hasJob: Number(row['hours']) >= HOURS_OF_A_JOB,
        refusals: (refused.get(keyIn(row)) ?? []).map((one) => ({
          refusedBy: String(one['refusedBy']),
          count: Number(one['refusals']),
        })),
      },
    ]),
  );
}
