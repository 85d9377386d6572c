import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newToken } from '../../shared/auth/token.ts';
import { user } from '../service/client.ts';
import { findPort, type Started, startIn } from './started.ts';

const tenant = `two-${randomBytes(6).toString('hex')}`;
const token = newToken(tenant);
const folders: string[] = [];
const running: Started[] = [];
let urls: readonly string[];

/** A process that shares its storage and tokens with the other one. */
async function startProcess(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bookme-process-'));
  folders.push(folder);
  const PORT = await findPort();
  const SCIM_TABLES = process.env['SCIM_TEST_TABLES'] ?? '';
  running.push(
    await startIn(folder, { PORT, SCIM_TABLES, SCIM_TOKENS: JSON.stringify({ advisors: { [tenant]: [token] } }) }),
  );
  return `http://localhost:${PORT}/advisors/scim`;
}

async function call(process: number, path: string, body?: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const answer = await fetch(`${urls[process]}${path}`, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return (await answer.json()) as { Resources: { userName: string }[]; nextCursor?: string; totalResults?: number };
}

beforeAll(async () => {
  urls = [await startProcess(), await startProcess()];
  const names = Array.from({ length: 25 }, (_, at) => `user${at}@contoso.com`);
  await Promise.all(names.map((userName, at) => call(at % 2, '/Users', user({ userName }))));
});

afterAll(async () => {
  for (const { process } of running) process.kill('SIGTERM');
  await Promise.all(running.map(({ ended }) => ended));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

describe('two processes on one store', () => {
  test.each(['', '&sortBy=userName', '&filter=userName%20co%20%22user%22'])(
    'return every resource once if they answer the pages of a cursor in turn (%s)',
    async (query) => {
      const seen: string[] = [];
      let cursor: string | undefined = '';
      for (let page = 0; cursor !== undefined; page += 1) {
        const answer = await call(page % 2, `/Users?count=4&cursor=${cursor}${query}`);
        expect(answer.totalResults).toBeUndefined();
        seen.push(...answer.Resources.map(({ userName }) => userName));
        cursor = answer.nextCursor;
      }
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    },
  );

  test("see each other's writes at once", async () => {
    await call(0, '/Users', user({ userName: 'late@contoso.com' }));
    const { totalResults } = await call(1, '/Users?filter=userName%20eq%20%22LATE%40contoso.com%22');
    expect(totalResults).toBe(1);
  });
});
