import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '../commands/shared/output.ts';
import { startAzurite } from '../local/azurite.ts';
import { type Bundles, buildBundles } from './bundles.ts';
import { measureCursorPages } from './cursor-pages.ts';
import { fillDirectories, measureDirectories } from './directories.ts';
import { measureEndurance } from './endurance.ts';
import { describeRun, type Figure, keep, render, verdictOf } from './figures.ts';
import { measureFirstLook } from './first-look.ts';
import { measureFirstRequests } from './first-requests.ts';
import { measureLoading } from './loading.ts';
import { measureOwnShare } from './own-share.ts';
import { deployedHeap, settingsWith, startServer } from './server.ts';
import type { Sizes } from './sizes.ts';
import { measureStalls } from './stalls.ts';

/** How much to measure, and whether to save the figures. Only a full run is saved. */
export interface BenchOptions extends Sizes {
  readonly keep: boolean;
}

/** Measures the budget of docs/performance.md. Resolves to the exit code: 0, or 1 if a figure misses its goal. */
export async function measureBudget(options: BenchOptions, output: Output): Promise<number> {
  const print = (text: string) => output.write(`${text}\n`);
  const about = describeRun();
  print(`Node ${about.node}, ${about.machine}, load ${about.loadBefore}`);
  const folder = await mkdtemp(join(tmpdir(), 'bookme-bench-'));
  const figures: Figure[] = [];
  try {
    for await (const some of measureAll(await buildBundles(folder), options)) {
      figures.push(...some);
      for (const figure of some) print(render(figure));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  if (options.keep) keep(about, figures);
  return figures.some((figure) => verdictOf(figure) === 'missed') ? 1 : 0;
}

async function* measureAll(bundles: Bundles, options: BenchOptions): AsyncGenerator<readonly Figure[]> {
  yield await measureLoading(bundles, options.starts);
  yield await measureFirstRequests(bundles, options.starts);
  yield await measureOwnShare(bundles, options);
  const azurite = await startAzurite();
  const { host, service, bare } = bundles;
  const plain = await startServer({ host: bundles.plain, app: '', settings: {}, heap: deployedHeap });
  const settings = settingsWith(azurite.connectionString);
  const server = await startServer({ host, app: service, settings, heap: deployedHeap });
  const empty = await startServer({ host, app: bare, settings, heap: deployedHeap });
  try {
    yield await fillDirectories(server, empty, options);
    yield await measureFirstLook({ host, app: service, settings, heap: deployedHeap }, options);
    yield await measureDirectories(server, plain, options);
    yield await measureCursorPages(server, azurite.connectionString, options);
    yield await measureStalls(server);
    yield await measureEndurance(server, options);
  } finally {
    await Promise.all([server.close(), empty.close(), plain.close()]);
    await azurite.close();
  }
}
