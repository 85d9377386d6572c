import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Bundles, buildBundles } from '../../../infra/bench/bundles.ts';
import { measureCursorPages } from '../../../infra/bench/cursor-pages.ts';
import { fillDirectories, measureDirectories } from '../../../infra/bench/directories.ts';
import { measureEndurance } from '../../../infra/bench/endurance.ts';
import { type Figure, render } from '../../../infra/bench/figures.ts';
import { measureFirstRequests } from '../../../infra/bench/first-requests.ts';
import { measureLoading } from '../../../infra/bench/loading.ts';
import { measureOwnShare } from '../../../infra/bench/own-share.ts';
import { settingsWith, startServer } from '../../../infra/bench/server.ts';
import { bench } from '../../../infra/commands/bench.ts';

const sizes = { small: 10, large: 120, rounds: 2, requests: 20, inFlight: 4, starts: 1, clients: 5, seconds: 0.5 };
const folder = mkdtempSync(join(tmpdir(), 'bookme-bench-test-'));
let bundles: Bundles;

beforeAll(async () => {
  bundles = await buildBundles(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const read = (figures: readonly Figure[], name: string): number =>
  figures.find((figure) => figure.name.startsWith(name))?.value ?? Number.NaN;

describe('the benchmark', () => {
  test('loads the bundle and its dependencies alone, and the bundle is within the size budget', async () => {
    const figures = await measureLoading(bundles, 1);
    expect(figures.map(({ value }) => Number.isFinite(value))).toEqual([true, true, true]);
    expect(read(figures, 'size of the bundle')).toBeLessThan(1);
  });

  test('compares fresh and warm processes with an empty handler', async () => {
    const figures = [...(await measureFirstRequests(bundles, 1)), ...(await measureOwnShare(bundles, sizes))];
    expect(figures.map(({ value, floor = 0 }) => Number.isFinite(value) && floor > 0)).toEqual([true, true]);
  });

  test('fills both directories, sends the requests of whole lives and reads pages, without an error or an unnecessary call', async () => {
    const tables = process.env['SCIM_TEST_TABLES'] ?? '';
    const settings = settingsWith(tables);
    const server = await startServer({ host: bundles.host, app: bundles.service, settings });
    const empty = await startServer({ host: bundles.host, app: bundles.bare, settings });
    const plain = await startServer({ host: bundles.plain, app: '', settings: {} });
    try {
      expect(read(await fillDirectories(server, empty, sizes), 'memory')).toBeGreaterThan(0);
      const figures = await measureDirectories(server, plain, sizes);
      expect(read(figures, "CPU of a user's whole life")).toBeGreaterThan(0);
      expect(read(figures, 'single-user requests in the large directory over the small one, storage')).toBe(0);
      const pages = await measureCursorPages(server, tables, sizes);
      expect(read(pages, 'cursor pages in the large directory over the small one, storage')).toBe(0);
      expect(read(await measureEndurance(server, sizes), 'errors')).toBe(0);
    } finally {
      await Promise.all([server.close(), empty.close(), plain.close()]);
    }
  });

  test('shows a figure with its goal and its floor', () => {
    const figure = { name: 'memory', unit: 'MB', value: 151.4, goal: 150, floor: 60, details: { why: 'it grew' } };
    expect(render(figure)).toBe("memory: 151 MB · goal 150 MB: missed · the machine's floor 60.0 MB\n    why: it grew");
  });

  test.each([['--slow'], ['--seconds=none'], ['--seconds=0']])('refuses %s with a message', async (argument) => {
    let errors = '';
    const code = await bench([argument], {
      environment: {},
      output: { write: () => true },
      errors: {
        write: (text: string) => {
          errors += text;
        },
      },
    });
    expect({ code, usage: errors.includes('Usage: npm run bench') }).toEqual({ code: 1, usage: true });
  });
});
