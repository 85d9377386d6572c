import { globSync } from 'node:fs';
import { TableServiceClient } from '@azure/data-tables';
import type { MutantCoverage, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { type Azurite, startAzurite } from '../../infra/local/azurite.ts';
import { bundleOf, type LoadFile } from './bundle.ts';
import type { Test } from './jest-globals.ts';

/** The global object __stryker__, which the instrumented code reads and writes. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

const switches: Switches = {};
Reflect.set(globalThis, '__stryker__', switches);

// In UTC, the tests could not detect code that reads a date as local time.
process.env['TZ'] = 'America/New_York';

/** The ring of a file: `scim` for shared/scim/path.ts and for test/scim/path.test.ts. */
const ringOf = (path: string): string | undefined => /^(?:.*\/)?(?:shared|test)\/(\w+)\//.exec(path)?.[1];

/** The tests of the rings that the patterns name: for shared/store/write.ts these are the ones in test/store. */
function testFilesFor(patterns: readonly string[]): readonly string[] {
  const rings = new Set(patterns.flatMap((pattern) => ringOf(pattern) ?? []));
  return globSync([...rings].map((ring) => `test/${ring}/*.test.ts`)).sort();
}

/** The tests to run (all if `ids` is undefined), and whether to stop after the first failure. */
interface Selection {
  readonly ids?: ReadonlySet<string> | undefined;
  readonly bail: boolean;
}

/**
 * Runs the tests of a ring for Stryker in one process and without jest, which needs seconds to start for each of some thousand mutants. Each run
 * loads its test files again, and starts with empty tables.
 */
class InProcessRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #patterns: readonly string[];
  #files: ReadonlyMap<string, LoadFile> = new Map();
  /** The longest time that each test may take, in milliseconds. With a mutant, a test may wait forever for an event. */
  readonly #limits = new Map<string, number>();
  #azurite: Azurite | undefined;

  constructor({ mutate }: StrykerOptions) {
    this.#patterns = mutate;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    this.#azurite = await startAzurite();
    process.env['SCIM_TEST_TABLES'] = this.#azurite.connectionString;
    const files = testFilesFor(this.#patterns);
    this.#files = new Map(await Promise.all(files.map(async (file) => [file, await bundleOf(file)] as const)));
  }

  async dispose(): Promise<void> {
    await this.#azurite?.close();
  }

  async dryRun() {
    const mutantCoverage: MutantCoverage = { static: {}, perTest: {} };
    switches.mutantCoverage = mutantCoverage;
    const result = await this.#run({ bail: false });
    for (const { id, timeSpentMs } of result.tests) this.#limits.set(id, 2_000 + 2 * timeSpentMs);
    this.#files = fastestFirst(this.#files, result.tests);
    return { ...result, mutantCoverage: { static: {}, perTest: coverageByTest(result.tests, mutantCoverage.perTest) } };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, hitLimit, disableBail } = options;
    Object.assign(switches, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
    });
    try {
      // Only the tests of its own ring have to detect a mutant.
      const ids = testFilter?.filter((id) => ringOf(fileOf(id)) === ringOf(activeMutant.fileName));
      const result = await this.#run({ ids: ids && new Set(ids), bail: !disableBail });
      return toMutantRunResult(determineHitLimitReached(switches.hitCount, switches.hitLimit) ?? result);
    } finally {
      switches.activeMutant = undefined;
    }
  }

  async #run({ ids, bail }: Selection): Promise<CompleteDryRunResult> {
    await deleteTables();
    const tests: TestResult[] = [];
    const files = ids && new Set([...ids].map(fileOf));
    function report(result: TestResult): boolean {
      tests.push(result);
      return !(bail && result.status === TestStatus.Failed);
    }
    for (const [file, load] of this.#files) {
      if (files && !files.has(file)) continue;
      if (!(await runFile({ file, load, ids, limits: this.#limits, report }))) break;
    }
    return { status: DryRunStatus.Complete, tests };
  }
}

/** The longest time that a test may take, in milliseconds, if this process has not measured it. */
const DEFAULT_LIMIT = 10_000;

interface FileRun {
  readonly file: string;
  readonly load: LoadFile;
  readonly ids: ReadonlySet<string> | undefined;
  readonly limits: ReadonlyMap<string, number>;
  /** Returns whether the run continues. */
  readonly report: (result: TestResult) => boolean;
}

/** Returns whether the run continues. A file that cannot be loaded, or a hook that fails, counts as a failed test. */
async function runFile({ file, load, ids, limits, report }: FileRun): Promise<boolean> {
  switches.currentTestId = file;
  try {
    const { scope, runScope } = load();
    const isSelected = ({ name }: Test) => ids?.has(name) ?? true;
    return await runScope(scope, isSelected, async (test) =>
      report(await resultOf(test, limits.get(test.name) ?? DEFAULT_LIMIT)),
    );
  } catch (error) {
    return report(failed(`${file} is loaded`, 0, error));
  } finally {
    switches.currentTestId = undefined;
  }
}

/** Slow files run last, because the others detect most mutants faster. */
function fastestFirst(
  files: ReadonlyMap<string, LoadFile>,
  tests: readonly TestResult[],
): ReadonlyMap<string, LoadFile> {
  const times = new Map<string, number>();
  for (const { id, timeSpentMs } of tests) times.set(fileOf(id), (times.get(fileOf(id)) ?? 0) + timeSpentMs);
  return new Map([...files].sort(([left], [right]) => (times.get(left) ?? 0) - (times.get(right) ?? 0)));
}

/** Each test also covers the code that runs while its file is loaded, and in the file's hooks, because every run loads the file again. */
const coverageByTest = (tests: readonly TestResult[], covered: MutantCoverage['perTest']): MutantCoverage['perTest'] =>
  Object.fromEntries(tests.map(({ id }) => [id, { ...covered[fileOf(id)], ...covered[id] }]));

/** The name of a test begins with its file. */
const fileOf = (id: string): string => id.slice(0, id.indexOf(' '));

async function deleteTables(): Promise<void> {
  const tables = TableServiceClient.fromConnectionString(process.env['SCIM_TEST_TABLES'] ?? '', {
    allowInsecureConnection: true,
  });
  for await (const { name } of tables.listTables()) if (name) await tables.deleteTable(name);
}

async function resultOf({ name, run }: Test, limit: number): Promise<TestResult> {
  const started = performance.now();
  switches.currentTestId = name;
  try {
    await within(limit, run);
    return { id: name, name, timeSpentMs: performance.now() - started, status: TestStatus.Success };
  } catch (error) {
    return failed(name, performance.now() - started, error);
  } finally {
    switches.currentTestId = fileOf(name);
  }
}

async function within(limit: number, run: () => unknown): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`The test did not finish within ${limit} ms.`)), limit);
  try {
    await Promise.race([run(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const failed = (name: string, timeSpentMs: number, error: unknown): TestResult => ({
  id: name,
  name,
  timeSpentMs,
  status: TestStatus.Failed,
  failureMessage: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
