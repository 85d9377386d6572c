import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { habits } from '../../shared/scim/entra.ts';
import { type Answer, type Client, clientOf } from '../service/client.ts';
import { PUBLIC_URL, type RunningService, startService, type Tenant } from '../service/service.ts';
import type { Exchange, ExchangeFile } from './exchange.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const bothServices = ['advisors', 'rooms'] as const;
const files = globSync(`${import.meta.dirname}/**/*.json`).sort();

describe.each(files.map((file) => [relative(import.meta.dirname, file), read(file)] as const))('%s', (path, file) => {
  let tenant: Tenant;
  beforeAll(() => {
    tenant = service.newTenant();
  });

  test.each(file.services ?? bothServices)(`${file.title} (%s)`, async (name) => {
    const call = clientOf(service, name, tenant);
    const kept = new Map([['base', `${PUBLIC_URL}/${name}/scim`]]);
    for (const exchange of file.exchanges) {
      await run(call, exchange, kept);
      const tolerances = exchange.expect.tolerances ?? (dirname(path) === 'entra' ? undefined : []);
      if (tolerances)
        expect({ exchange, tolerances: tolerancesUsed() }).toEqual({ exchange, tolerances: new Set(tolerances) });
    }
  });
});

test.each(habits.map(({ name }) => name))('has an exchange in entra that makes use of the tolerance %s', (name) => {
  const file = files.find((one) => basename(one) === `${name}.json` && basename(dirname(one)) === 'entra');
  const used = file ? read(file).exchanges.flatMap(({ expect: { tolerances = [] } }) => tolerances) : [];
  expect(used).toContain(name);
});

test('the log of all these requests holds none of the names and offices that were sent', () => {
  const sent = [...new Set(files.flatMap((file) => personalIn(read(file).exchanges.map(({ request }) => request))))];
  expect(sent.length).toBeGreaterThan(30);
  expect(service.log.length).toBeGreaterThan(500);
  const log = service.log.join('\n').toLowerCase();
  expect(sent.filter((value) => log.includes(value.toLowerCase()))).toEqual([]);
});

const PERSONAL = /^(username|displayname|givenname|familyname|formatted)$/i;

/** The texts of attributes that say something of a person, wherever they stand in what is sent; a short one could be a word of the log. */
function personalIn(sent: unknown, name = ''): readonly string[] {
  if (typeof sent === 'string') return PERSONAL.test(name) && sent.length > 8 ? [sent] : [];
  if (typeof sent !== 'object' || sent === null) return [];
  return Object.entries(sent).flatMap(([key, value]) => personalIn(value, Array.isArray(sent) ? name : key));
}

/** Those that the log says the last request made use of. */
function tolerancesUsed(): ReadonlySet<string> {
  const { tolerances }: { tolerances: readonly string[] } = JSON.parse(service.log.at(-1) ?? '');
  return new Set(tolerances);
}

function read(file: string): ExchangeFile {
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function run(call: Client, exchange: Exchange, kept: Map<string, string>): Promise<void> {
  const { request, expect: expected, keep } = fill(exchange, kept);
  const answer = await call(request.method, request.path, request.body, request.headers);
  const context = `${request.method} ${request.path} -> ${answer.status} ${answer.text}`;
  check(answer, expected, context);
  for (const [name, from] of Object.entries(keep ?? {})) kept.set(name, pick(answer, from));
}

/** Puts what was kept in the place of "$name"; "$ref" is an attribute. */
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

/** A dotted name in a body: "Resources.0.id". */
function member(body: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      body,
    );
}
