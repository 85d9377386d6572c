import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
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
import { build, type Plugin } from 'esbuild';
import type { Registered } from './jest-globals.ts';

/** What instrumented code reads and writes under the global name __stryker__. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

const switches: Switches = {};
Reflect.set(globalThis, '__stryker__', switches);

const JEST_GLOBALS = join(import.meta.dirname, 'jest-globals.ts');
const TESTS = 'test/scim/*.test.ts';

/** Run last: most mutants are found sooner by the others. */
const isSlow = (file: string): boolean => /\/(exchanges|limits)\.test\.ts$/.test(file);

/** Which tests a run is about, and whether it ends with the first that fails. */
interface Selection {
  readonly ids?: ReadonlySet<string> | undefined;
  readonly bail: boolean;
}

/**
 * Runs the tests of the scim ring for Stryker in one process, without jest: bundled once, and loaded anew where a mutant is in what runs as they are loaded. Jest needs seconds to start a
 * run, and the ring has some thousand mutants. The tests of the ring use of jest what jest-globals.ts has.
 */
class InProcessRunner implements TestRunner {
  #bundle: Script | undefined;
  #unmutated: readonly Registered[] | undefined;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const files = globSync(TESTS).sort((left, right) => Number(isSlow(left)) - Number(isSlow(right)));
    this.#bundle = new Script(`(function (module, require) {"use strict";\n${await bundleOf(files)}\n})`);
  }

  async dryRun() {
    const mutantCoverage: MutantCoverage = { static: {}, perTest: {} };
    switches.mutantCoverage = mutantCoverage;
    return { ...(await runTests(this.#load(), { bail: false })), mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, hitLimit, disableBail, mutantActivation } = options;
    Object.assign(switches, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0, activeMutant: undefined });
    const isStatic = mutantActivation === 'static';
    if (isStatic) switches.activeMutant = activeMutant.id;
    try {
      const tests = isStatic ? this.#load() : this.#loaded();
      switches.activeMutant = activeMutant.id;
      const result = await runTests(tests, { ids: testFilter && new Set(testFilter), bail: !disableBail });
      return toMutantRunResult(determineHitLimitReached(switches.hitCount, switches.hitLimit) ?? result);
    } catch (error) {
      return toMutantRunResult({ status: DryRunStatus.Complete, tests: [failed('the files are loaded', 0, error)] });
    } finally {
      switches.activeMutant = undefined;
    }
  }

  /** Loaded without a mutant. The tests keep nothing from one run to the next. */
  #loaded(): readonly Registered[] {
    this.#unmutated ??= this.#load();
    return this.#unmutated;
  }

  #load(): readonly Registered[] {
    const module: { exports: readonly Registered[] } = { exports: [] };
    this.#bundle?.runInThisContext()(module, createRequire(import.meta.url));
    return module.exports;
  }
}

async function bundleOf(files: readonly string[]): Promise<string> {
  const contents = [
    `import { file, registered } from ${JSON.stringify(JEST_GLOBALS)};`,
    ...files.map((name) => `file(${JSON.stringify(name)}, () => { require(${JSON.stringify(`./${name}`)}); });`),
    'module.exports = registered;',
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    write: false,
    packages: 'external',
    logLevel: 'error',
    alias: { '@jest/globals': JEST_GLOBALS },
    plugins: [dirnames],
  });
  return outputFiles[0]?.text ?? '';
}

/** A module of a bundle does not know its folder. */
const dirnames: Plugin = {
  name: 'dirnames',
  setup({ onLoad }) {
    onLoad({ filter: /\.test\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

async function runTests(all: readonly Registered[], { ids, bail }: Selection): Promise<CompleteDryRunResult> {
  const tests: TestResult[] = [];
  for (const one of all.filter(({ name }) => ids?.has(name) ?? true)) {
    switches.currentTestId = one.name;
    const result = await resultOf(one);
    tests.push(result);
    if (bail && result.status === TestStatus.Failed) break;
  }
  switches.currentTestId = undefined;
  return { status: DryRunStatus.Complete, tests };
}

async function resultOf({ name, run }: Registered): Promise<TestResult> {
  const started = performance.now();
  try {
    await run();
    return { id: name, name, timeSpentMs: performance.now() - started, status: TestStatus.Success };
  } catch (error) {
    return failed(name, performance.now() - started, error);
  }
}

const failed = (name: string, timeSpentMs: number, error: unknown): TestResult => ({
  id: name,
  name,
  timeSpentMs,
  status: TestStatus.Failed,
  failureMessage: String(error),
});

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
