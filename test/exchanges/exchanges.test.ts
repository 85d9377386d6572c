import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { habits } from '../../shared/scim/entra.ts';
import { clientOf } from '../service/client.ts';
import { PUBLIC_URL, type RunningService, startService, type Tenant } from '../service/service.ts';
import type { ExchangeFile } from './exchange.ts';
import { runExchange } from './run-exchange.ts';

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
      await runExchange(call, exchange, kept);
      const tolerances = exchange.expect.tolerances ?? (dirname(path) === 'entra' ? undefined : []);
      if (tolerances)
        expect({ exchange, tolerances: tolerancesUsed() }).toEqual({ exchange, tolerances: new Set(tolerances) });
    }
  });
});

test.each(habits.map(({ name }) => name))('the folder entra has an exchange that needs the tolerance %s', (name) => {
  const file = files.find((one) => basename(one) === `${name}.json` && basename(dirname(one)) === 'entra');
  const used = file ? read(file).exchanges.flatMap(({ expect: { tolerances = [] } }) => tolerances) : [];
  expect(used).toContain(name);
});

test('the log of these requests contains none of the names and offices in them', () => {
  const sent = [...new Set(files.flatMap((file) => personalIn(read(file).exchanges.map(({ request }) => request))))];
  expect(sent.length).toBeGreaterThan(30);
  expect(service.log.length).toBeGreaterThan(500);
  const log = service.log.join('\n').toLowerCase();
  expect(sent.filter((value) => log.includes(value.toLowerCase()))).toEqual([]);
});

const PERSONAL = /^(username|displayname|givenname|familyname|formatted)$/i;

/** The values of personal attributes anywhere in a request. Short ones are left out, because they could be words of the log. */
function personalIn(sent: unknown, name = ''): readonly string[] {
  if (typeof sent === 'string') return PERSONAL.test(name) && sent.length > 8 ? [sent] : [];
  if (typeof sent !== 'object' || sent === null) return [];
  return Object.entries(sent).flatMap(([key, value]) => personalIn(value, Array.isArray(sent) ? name : key));
}

/** The tolerances that the last request needed, according to the log. */
function tolerancesUsed(): ReadonlySet<string> {
  const { tolerances }: { tolerances: readonly string[] } = JSON.parse(service.log.at(-1) ?? '');
  return new Set(tolerances);
}

function read(file: string): ExchangeFile {
  return JSON.parse(readFileSync(file, 'utf8'));
}
