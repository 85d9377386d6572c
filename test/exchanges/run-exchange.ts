import { expect } from '@jest/globals';
import type { Answer, Client } from '../service/client.ts';
import type { Exchange } from './exchange.ts';

/** Sends the request of an exchange, checks the answer, and keeps in `kept` what later exchanges need. */
export async function runExchange(call: Client, exchange: Exchange, kept: Map<string, string>): Promise<void> {
  const { request, expect: expected, keep } = fill(exchange, kept);
  const answer = await call(request.method, request.path, request.body, request.headers);
  const context = `${request.method} ${request.path} -> ${answer.status} ${answer.text}`;
  check(answer, expected, context);
  for (const [name, from] of Object.entries(keep ?? {})) kept.set(name, pick(answer, from));
}

/** Replaces "$name" by the value that was kept. "$ref" is an attribute and stays. */
function fill(exchange: Exchange, kept: ReadonlyMap<string, string>): Exchange {
  const text = JSON.stringify(exchange).replace(/\$([a-z][A-Za-z0-9]*)/g, (whole, name: string) => {
    const value = kept.get(name);
    if (value === undefined && whole !== '$ref') throw new Error(`Nothing was kept as ${whole}.`);
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(text);
}

function check(answer: Answer, expected: Exchange['expect'], context: string): void {
  expect({ context, status: answer.status }).toEqual({ context, status: expected.status });
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    expect({ context, [name]: answer.headers.get(name) }).toEqual({ context, [name]: value });
  }
  if (expected.body === null) expect(answer.text).toBe('');
  else if (expected.body !== undefined) expect(answer.body).toMatchObject(expected.body);
  for (const name of expected.absent ?? []) expect({ context, [name]: member(answer.body, name) }).toEqual({ context });
  if (expected.detail !== undefined) expect(answer.body.detail).toContain(expected.detail);
  if (answer.text !== '') expect(answer.headers.get('content-type')).toBe('application/scim+json');
}

function pick(answer: Answer, from: string): string {
  const value = from.startsWith('header:')
    ? answer.headers.get(from.slice('header:'.length))
    : member(answer.body, from);
  if (typeof value !== 'string') throw new Error(`The answer has no ${from} to keep: ${answer.text}`);
  return value;
}

/** The value with a dotted name in a body, such as "Resources.0.id". */
function member(body: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      body,
    );
}
