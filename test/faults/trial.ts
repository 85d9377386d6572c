import { randomUUID } from 'node:crypto';
import { brakesOf } from '../../shared/brake/brake.ts';
import type { Patience } from '../../shared/store/calls.ts';
import { inProcess } from '../operations/in-process.ts';
import type { Answer, Client } from '../service/client.ts';
import type { StorageProxy, Which } from '../stand-ins/storage-proxy.ts';
import { connectAzurite, rowsOf } from '../store/rows.ts';
import { fixedIds, type Scenario } from './scenarios.ts';

/** How long a request waits if storage answers with failures (patient), once does not answer (brief), or never answers (hasty). */
export const patient: Patience = { attempt: 5_000, page: 5_000, request: 8_000, attempts: 3, pause: 2 };
export const brief: Patience = { ...patient, attempt: 1_200, page: 1_200, attempts: 5 };
export const hasty: Patience = { ...patient, attempt: 200, page: 350, request: 700 };

/** A scenario in its own tenant. */
export interface Trial {
  readonly tenant: string;
  /** A client that does not use the proxy. */
  readonly direct: Client;
  /** The state before the request. */
  readonly before: string;
  /** Sends the request. Its storage calls use the proxy. */
  readonly run: (patience: Patience) => Promise<Answer>;
}

/** Prepares a tenant for the request of a scenario. */
export async function prepare(scenario: Scenario, proxy: StorageProxy): Promise<Trial> {
  const tenant = randomUUID();
  const past = process.env['SCIM_TEST_TABLES'] ?? '';
  const direct = clientOf(past, tenant);
  const given = await scenario.given(scenario.brake === 'holds' ? clientOf(past, tenant, patient, 1) : direct);
  const before = await stateOf(tenant);
  const floor = scenario.brake && { on: 10, holds: 1 }[scenario.brake];
  return {
    tenant,
    direct,
    before,
    run: (patience) => scenario.request(clientOf(proxy.tables, tenant, patience, floor), given),
  };
}

/** A client of the service with these tables. The brake is on if a floor is given. */
function clientOf(tables: string, tenant: string, patience = patient, floor?: number): Client {
  const table = connectAzurite(tables, 'advisors');
  const settings = floor === undefined ? undefined : { floor, percent: 20, minutes: 60 };
  return inProcess({ table, tenant, patience, brakes: brakesOf(settings, table, () => new Date()) });
}

/** A tenant's users, without times and versions. */
export async function stateOf(tenant: string): Promise<string> {
  const rows = (await rowsOf('advisors', tenant)).filter(({ rowKey }) => rowKey < '~');
  return normal(
    JSON.stringify(
      rows.map(({ id, userName, externalId, displayName, active }) => ({
        id,
        userName,
        externalId,
        displayName,
        active,
      })),
    ),
  );
}

/** An answer without the parts that differ in every run. */
export const outcomeOf = ({ status, text }: Answer): string => `${status} ${normal(text)}`;

/** Replaces random values and times. */
const normal = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (guid) => (fixedIds.includes(guid) ? guid : 'an id'))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
    .replace(/W\/\\"[\w-]+\\"/g, 'a version')
    .replace(/"nextCursor":"[^"]+"/g, 'a cursor');

/** Matches `many` calls of this tenant, beginning with the `first`. */
export function callsOf(tenant: string, first: number, many = Number.POSITIVE_INFINITY): Which {
  let seen = 0;
  return ({ path, body }) => {
    if (!path.includes(tenant) && !body.includes(tenant)) return false;
    seen += 1;
    return seen >= first && seen < first + many;
  };
}
