import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { workspaceLog } from '../../../infra/console/server/log-analytics.ts';

const id = '00000000-1111-2222-3333-444444444444';
const MINUTE = 60_000;

interface Question {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** An answer of the query API (learn.microsoft.com/azure/azure-monitor/logs/api/response-format). */
const tableOf = (names: readonly string[], rows: readonly (readonly unknown[])[]) => ({
  tables: [{ name: 'PrimaryResult', columns: names.map((name) => ({ name, type: 'string' })), rows }],
});

let server: Server;
let endpoint: string;
let questions: Question[];
let status: number;
let clock: number;

beforeEach(async () => {
  questions = [];
  status = 200;
  clock = Date.parse('2026-11-30T12:00:00Z');
  server = createServer(async (request, response) => {
    const body = (await json(request)) as { readonly query: string }; // the log sends this body
    questions.push({ url: request.url, authorization: request.headers.authorization, body });
    const answer = body.query.includes('refusals =')
      ? tableOf(['service', 'tenant', 'refusedBy', 'refusals'], [['advisors', 'contoso', 'invalidValue', 12]])
      : tableOf(
          ['service', 'tenant', 'lastRequest', 'hours'],
          [
            ['advisors', 'contoso', '2026-11-30T11:20:00Z', 100],
            ['rooms', 'contoso', '2026-11-29T08:00:00Z', 2],
          ],
        );
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is an AddressInfo
});

afterEach(() => void server.close());

const open = () =>
  workspaceLog({
    id,
    endpoint,
    now: () => new Date(clock),
    credential: () => ({ getToken: async (scopes) => ({ token: `for ${scopes}`, expiresOnTimestamp: 0 }) }),
  });

describe('the log of a workspace', () => {
  test('has the last request, the job and the refusals of each tenant', async () => {
    const log = open();
    await log.refresh();
    expect(log.of('advisors', 'contoso')).toEqual({
      last: new Date('2026-11-30T11:20:00Z'),
      hasJob: true,
      refusals: [{ refusedBy: 'invalidValue', count: 12 }],
    });
    expect(log.of('rooms', 'contoso')).toEqual({ last: new Date('2026-11-29T08:00:00Z'), hasJob: false, refusals: [] });
    expect(log.of('rooms', 'fabrikam')).toEqual({ hasJob: false, refusals: [] });
  });

  test('is queried with the sign-in of the operator, at most once a minute', async () => {
    const log = open();
    await Promise.all([log.refresh(), log.refresh()]);
    await log.refresh();
    expect(questions).toHaveLength(2);
    expect(questions[0]).toMatchObject({
      url: `/v1/workspaces/${id}/query`,
      authorization: 'Bearer for https://api.loganalytics.io/.default',
      body: { query: expect.stringContaining('ScimRequests'), timespan: 'P7D' },
    });
    clock += MINUTE;
    await log.refresh();
    expect(questions).toHaveLength(4);
  });

  test('keeps its values and explains the failure if the query fails', async () => {
    const log = open();
    await log.refresh();
    status = 403;
    clock += MINUTE;
    await log.refresh();
    expect(log.of('advisors', 'contoso').hasJob).toBe(true);
    expect(log.failure()).toBe(
      'The log could not be read: the workspace returned 403. You need the role Log Analytics Reader on the workspace.',
    );
    status = 200;
    clock += MINUTE;
    await log.refresh();
    expect(log.failure()).toBeUndefined();
  });
});
