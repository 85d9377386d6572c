import { app } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Host, startHost } from '../../../infra/local/host.ts';
import { startTimers } from '../../../infra/local/timers.ts';

const logged: string[] = [];
const log = (level: string, message: string): void => void logged.push(`${level} ${message}`);
/** Waits for the next run of a timer. Resolves to what its handler received. */
let ran = Promise.withResolvers<unknown>();

let host: Host;
beforeAll(async () => {
  app.timer('Tick', {
    schedule: '* * * * * *',
    handler: (timer, context) => {
      context.log(`${context.functionName} ran`);
      ran.resolve(timer);
    },
  });
  app.timer('Broken', {
    schedule: '0 0 0 1 1 *',
    handler: () => {
      ran.resolve(undefined);
      throw new Error('it broke');
    },
  });
  app.http('Web', { route: 'web', handler: () => ({ status: 200 }) });
  host = await startHost({ port: 0, log });
});
afterAll(() => host.close());

const post = (path: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${host.url}${path}`, { method: 'POST', headers, body: '{}' });

describe('the local host', () => {
  test('runs a timer by its schedule until it is stopped', async () => {
    ran = Promise.withResolvers();
    const timers = startTimers(log);
    expect(await ran.promise).toMatchObject({ isPastDue: false });
    timers.stop();
    expect(logged).toContain('information Tick ran');
  });

  test.each(['/admin/functions/Tick', '/admin/functions/tick', '/admin/functions/Tick/'])(
    'runs a timer on POST %s, and does not wait for it',
    async (path) => {
      ran = Promise.withResolvers();
      expect((await post(path)).status).toBe(202);
      await ran.promise;
    },
  );

  test('logs what a timer throws, and keeps running', async () => {
    ran = Promise.withResolvers();
    expect((await post('/admin/functions/Broken')).status).toBe(202);
    await ran.promise;
    expect((await fetch(`${host.url}/web`)).status).toBe(200);
    expect(logged.join()).toContain('error Error: it broke');
  });

  test.each([
    ['a function that is not there', '/admin/functions/Nothing'],
    ['a function that HTTP sets off', '/admin/functions/Web'],
    ['no function', '/admin/functions'],
  ])('returns 404 for the name of %s', async (_what, path) => {
    expect((await post(path)).status).toBe(404);
  });

  test('accepts only JSON, which a web page of another origin cannot send', async () => {
    expect((await post('/admin/functions/Tick', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});
