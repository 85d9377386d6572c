import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { app } from '@azure/functions';
import { expect, test } from '@jest/globals';
import { startHost } from '../../../infra/local/host.ts';
import { registerAnswer } from './sample-app.ts';

const events = new EventEmitter();
const happened: string[] = [];

const waitFor = async (name: string): Promise<void> => {
  await once(events, name);
};

registerAnswer('Trailing', 'trailing', {});
app.http('slow', {
  route: 'slow',
  methods: ['GET', 'POST'],
  handler: async () => {
    happened.push('slow begins');
    events.emit('slow begins');
    await waitFor('go on');
    happened.push('slow ends');
    return { body: 'done' };
  },
});
app.hook.appTerminate(() => void happened.push('appTerminate'));
app.hook.preInvocation(({ hookData, invocationContext }) => {
  hookData['seen'] = invocationContext.functionName;
});
app.hook.postInvocation((context) => void happened.push(`after ${context.hookData['seen']}`));

test('runs the hooks around each call', async () => {
  happened.length = 0;
  const host = await startHost({ port: 0 });
  await fetch(`${host.url}/trailing`);
  expect(happened).toEqual(['after Trailing']);
  await host.close();
});

test('waits for the requests in flight when it closes, then runs the appTerminate hooks', async () => {
  happened.length = 0;
  const host = await startHost({ port: 0 });
  const idle = connect(Number(new URL(host.url).port), '127.0.0.1');
  await once(idle, 'connect');
  const begun = waitFor('slow begins');
  const inFlight = fetch(`${host.url}/slow`);
  await begun;
  const closed = host.close();
  await expect(fetch(`${host.url}/trailing`)).rejects.toThrow();
  events.emit('go on');
  const answer = await inFlight;
  expect(await answer.text()).toBe('done');
  expect(answer.headers.get('connection')).toBe('close');
  await closed;
  expect(happened).toEqual(['slow begins', 'slow ends', 'after slow', 'appTerminate']);
});

test('does not run a function if the client disconnects before the body has arrived', async () => {
  happened.length = 0;
  const logged: string[] = [];
  const host = await startHost({ port: 0, log: (_level, message) => logged.push(message) });
  const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
  socket.write('POST /slow HTTP/1.1\r\nHost: bookme.test\r\nContent-Length: 100\r\n\r\nabc');
  await once(socket, 'ready');
  await fetch(`${host.url}/trailing`);
  socket.destroy();
  await host.close();
  expect(happened).toEqual(['after Trailing', 'appTerminate']);
  expect(logged).toEqual([]);
});

test('rejects with EADDRINUSE if the port is in use', async () => {
  const host = await startHost({ port: 0 });
  await expect(startHost({ port: Number(new URL(host.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await host.close();
});
