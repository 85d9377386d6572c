import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../commands/shared/command-error.ts';
import { startAzurite } from '../local/azurite.ts';
import { type BenchOptions, readArguments, usage } from './arguments.ts';
import { type Bundles, buildBundles } from './bundles.ts';
import { measureCursorPages } from './cursor-pages.ts';
import { measureDirectories } from './directory.ts';
import { measureEndurance } from './endurance.ts';
import { type Figure, verdictOf } from './figure.ts';
import { measureFirstRequests } from './first-requests.ts';
import { measureLoading } from './loading.ts';
import { fillDirectories } from './memory.ts';
import { measureOwnShare } from './own-share.ts';
import { describeRun, keep, render } from './report.ts';
import { deployedHeap, startServer } from './server.ts';
import { settingsWith } from './settings.ts';

export interface Output {
  readonly output: { write(text: string): unknown };
  readonly errors: { write(text: string): unknown };
}

/** Measures the budget of docs/performance.md. Returns the exit code: 0, or 1 where a figure misses its goal or nothing could be measured. */
export async function bench(argv: readonly string[], { output, errors }: Output): Promise<number> {
  try {
    const options = readArguments(argv);
    if (options !== 'help') return await run(options, (text) => output.write(`${text}\n`));
    output.write(`${usage}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    errors.write(`${error.message}\n`);
    return 1;
  }
}

async function run(options: BenchOptions, print: (line: string) => void): Promise<number> {
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
  const settings = settingsWith(azurite.connectionString);
  const server = await startServer(bundles.host, bundles.service, settings, deployedHeap);
  const empty = await startServer(bundles.host, bundles.bare, settings, deployedHeap);
  try {
    yield await fillDirectories(server, empty, options);
    yield await measureDirectories(server, options);
    yield await measureCursorPages(server, azurite.connectionString, options);
    yield await measureEndurance(server, options);
  } finally {
    await Promise.all([server.close(), empty.close()]);
    await azurite.close();
  }
}
