import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dialects } from '../../infra/provision/connector.ts';
import { type Run, runWith } from '../infra/provision/run-provision.ts';
import { findPort, type Started, startIn } from './started.ts';

const directories = join(import.meta.dirname, '../directories');
const nothing = { created: 0, updated: 0, disabled: 0, restored: 0, deleted: 0, failed: 0 };

/** A tenant for each dialect, so that each starts with an empty service. */
const tokenOf = (dialect: string): string => `${dialect}.${'A'.repeat(43)}`;
const tenants = Object.fromEntries(dialects.map((dialect) => [dialect, [tokenOf(dialect)]]));

let folder: string;
let service: Started | undefined;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookme-provision-'));
  const port = await findPort();
  address = `http://localhost:${port}`;
  const SCIM_TOKENS = JSON.stringify({ advisors: tenants, rooms: tenants });
  service = await startIn(folder, { PORT: port, SCIM_TOKENS, SCIM_TABLES: process.env['SCIM_TEST_TABLES'] ?? '' });
});

afterAll(async () => {
  service?.process.kill('SIGTERM');
  await service?.ended;
  await rm(folder, { recursive: true });
});

/** The counts in the summary. */
function countsIn({ output, errors, code }: Run): Readonly<Record<string, number>> {
  expect({ output, errors, code }).toMatchObject({ errors: '', code: 0 });
  return Object.fromEntries(
    [...output.matchAll(/^ {2}(\w+) +(\d+)/gm)].map(([, name = '', count]) => [name, Number(count)]),
  );
}

describe.each(dialects)('the dialect %s', (dialect) => {
  test.each([
    {
      name: 'advisors',
      firstDay: { created: 62, skipped: 4 },
      nextDay: { created: 6, updated: 9, disabled: 4, restored: 1, deleted: 3 },
      inService: 65,
    },
    {
      name: 'rooms',
      firstDay: { created: 22, skipped: 2 },
      nextDay: { created: 3, updated: 5, disabled: 3, deleted: 2 },
      inService: 23,
    },
  ])(
    'provisions $name, the changes of the next day, and then nothing',
    async ({ name, firstDay, nextDay, inService }) => {
      const url = `${address}/${name}/scim`;
      const cycle = async (directory: string, state: string) => {
        const paths = ['--directory', join(directories, directory), '--state', join(folder, `${state}.json`)];
        return countsIn(await runWith(['--url', url, '--token', tokenOf(dialect), '--dialect', dialect, ...paths]));
      };
      const state = `${dialect}-${name}`;
      expect(await cycle(`${name}.json`, state)).toMatchObject({ ...nothing, ...firstDay });
      expect(await cycle(`${name}-next-day.json`, state)).toMatchObject({ ...nothing, ...nextDay });
      expect(await cycle(`${name}-next-day.json`, state)).toMatchObject(nothing);
      // Without the state, everybody is matched and compared again. So all values are returned as they were sent.
      expect(await cycle(`${name}-next-day.json`, `${state}-anew`)).toMatchObject(nothing);
      const answer = await fetch(`${url}/Users?count=0`, { headers: { authorization: `Bearer ${tokenOf(dialect)}` } });
      expect(await answer.json()).toMatchObject({ totalResults: inService });
    },
  );
});
