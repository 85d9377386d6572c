/**
 * The floor of a user's whole life: a bare node:http server that serves the same requests from memory, without a schema, tokens, checks or a log. It is
 * bundled and measured like the service.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';

const users = new Map<string, JsonRecord>();
const ids = new Map<string, string>();

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const id = pathname.slice(pathname.lastIndexOf('/') + 1);
  if (request.method === 'POST') return send(response, 201, create(await read(request)));
  if (request.method === 'PATCH') return send(response, 200, patch(id, await read(request)));
  if (request.method === 'DELETE') return send(response, 204, remove(id));
  const filter = searchParams.get('filter');
  send(response, 200, filter === null ? users.get(id) : find(filter));
}

function create(user: JsonRecord): JsonRecord {
  const id = String(user['externalId']);
  const created = { ...user, id };
  users.set(id, created);
  ids.set(String(user['userName']), id);
  return created;
}

function patch(id: string, { Operations }: JsonRecord): JsonRecord {
  const changed: Record<string, unknown> = { ...users.get(id) };
  for (const operation of Array.isArray(Operations) ? Operations : [])
    if (isRecord(operation)) set(changed, String(operation['path']), operation['value']);
  users.set(id, changed);
  return changed;
}

function set(user: Record<string, unknown>, path: string, value: unknown): void {
  if (path === 'active') user[path] = value !== 'False';
  else if (path.includes('[')) user['addresses'] = [{ type: 'work', formatted: value }];
  else user[path] = value;
}

function remove(id: string): undefined {
  ids.delete(String(users.get(id)?.['userName']));
  users.delete(id);
}

function find(filter: string): JsonRecord {
  const user = users.get(ids.get(filter.slice(filter.indexOf('"') + 1, -1)) ?? '');
  return { totalResults: user ? 1 : 0, Resources: user ? [user] : [] };
}

async function read(request: IncomingMessage): Promise<JsonRecord> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const body: unknown = JSON.parse(text);
  return isRecord(body) ? body : {};
}

function send(response: ServerResponse, status: number, body: object | undefined): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

const server = createServer((request, response) => void respond(request, response));
server.listen(0, '127.0.0.1', () => {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: (user + system) / 1000, memory: process.memoryUsage.rss() / 1e6, storageCalls: 0, stall: 0 });
  });
  process.on('disconnect', () => process.exit());
  const { port } = server.address() as AddressInfo; // a TCP server's address is one
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
