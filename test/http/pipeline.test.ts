import { randomUUID } from 'node:crypto';
import { RestError } from '@azure/data-tables';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, test } from '@jest/globals';
import { pipeline } from '../../shared/http/pipeline.ts';
import { refusalSums } from '../../shared/http/refusal-sums.ts';
import type { Operation } from '../../shared/operations/operation.ts';
import { unavailable } from '../../shared/scim/errors.ts';
import { validator } from '../../shared/scim/validation.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { inProcess } from '../operations/in-process.ts';
import { tableOf } from '../store/rows.ts';

const SECRET = 'anna@x.dk';

/** An error whose message and stack contain text of a client, in lines that look like stack frames. */
function talkative(): Error {
  return new TypeError(`cannot read ${SECRET}\n    at ${SECRET} (client)`, { cause: new Error(SECRET) });
}

function answerWith(operation: Operation) {
  const log: string[] = [];
  const call = inProcess({
    table: tableOf('advisors'),
    tenant: randomUUID(),
    operations: { 'GET /Users': operation },
    log: (text) => log.push(text),
  });
  return { answer: call('GET', `/Users?filter=${SECRET}`), log };
}

const failures: readonly (readonly [string, Operation])[] = [
  [
    'throws',
    async () => {
      throw talkative();
    },
  ],
  [
    'throws at once',
    () => {
      throw talkative();
    },
  ],
  ['throws what is no error', () => Promise.reject(SECRET)],
  ['throws nothing', () => Promise.reject(undefined)],
  [
    'throws an error of the storage',
    async () => {
      throw new RestError(SECRET, { statusCode: 400, code: 'InvalidInput' });
    },
  ],
  [
    'throws an error without a stack',
    async () => {
      throw Object.assign(talkative(), { stack: undefined });
    },
  ],
  ['reads of nothing', async (request) => Reflect.get(Object(undefined), request.id).x],
];

describe('an operation that', () => {
  test.each(failures)('%s leads to a SCIM error 500 without details, and to a log record', async (_what, operation) => {
    const { answer, log } = answerWith(operation);
    const { status, headers, body, text } = await answer;
    expect(status).toBe(500);
    expect(headers.get('content-type')).toBe('application/scim+json');
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '500',
      detail: expect.stringMatching(/^[A-Z].*\.$/),
    });
    expect(text).not.toContain(SECRET);
    expect(log.map((line) => JSON.parse(line).record)).toEqual(['error', 'request']);
    expect(log.join()).not.toContain(SECRET);
  });

  test('fails leads to a log record with the place of the failure', async () => {
    const { answer, log } = answerWith(async () => {
      throw talkative();
    });
    await answer;
    const { error } = JSON.parse(log[0] ?? '');
    expect(error.name).toBe('TypeError');
    expect(error.frames.join()).toContain('pipeline.test.ts');
  });

  test('cannot reach storage leads to a log record with the reason', async () => {
    const { answer, log } = answerWith(async () => {
      const cause = new RestError(SECRET, { statusCode: 503, code: 'ServerBusy' });
      throw unavailable('storage', 'Not now.', { cause, retryAfter: 7 });
    });
    expect((await answer).headers.get('retry-after')).toBe('7');
    expect(JSON.parse(log[0] ?? '').error).toMatchObject({ name: 'RestError', code: 'ServerBusy', status: 503 });
    expect(log.join()).not.toContain(SECRET);
  });
});

test('the pipeline does not throw when the tokens or the store fail', async () => {
  const fail = () => {
    throw talkative();
  };
  const provider = {
    service: advisors,
    base: 'https://api.example.com/advisors/scim',
    validator: validator(advisors.resourceType),
    store: fail,
    brakes: fail,
    sums: refusalSums(),
  };
  const caller = { tenant: 'contoso', token: 'contoso.x', fingerprint: 'x', charge: fail };
  for (const authenticate of [fail, async () => fail(), async () => caller]) {
    const handler = pipeline({ authenticate, warm: fail }, provider, fail);
    const request = new HttpRequest({ url: 'https://x/advisors/scim/Users', method: 'GET', params: { scim: 'scim' } });
    const context = new InvocationContext({ functionName: 'AdvisorsList', logHandler: () => undefined });
    expect(await handler(request, context)).toMatchObject({ status: 500 });
  }
});
