import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
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
import { bundleOf } from './bundle.ts';
import type { Registered } from './jest-globals.ts';

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

const TESTS = 'test/scim/*.test.ts';

/** Slow tests run last, because the others detect most mutants faster. */
const isSlow = (file: string): boolean => /\/(exchanges|limits)\.test\.ts$/.test(file);

/** The tests to run (all if `ids` is undefined), and whether to stop after the first failure. */
interface Selection {
  readonly ids?: ReadonlySet<string> | undefined;
  readonly bail: boolean;
}

/**
 * Runs the tests of the scim ring for Stryker in one process and without jest, which needs seconds to start for each of some thousand mutants. The
 * tests are loaded once. They are loaded again for a mutant in code that runs during loading.
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
      return toMutantRunResult({
        status: DryRunStatus.Complete,
        tests: [failed('the test files are loaded', 0, error)],
      });
    } finally {
      switches.activeMutant = undefined;
    }
  }

  /** The tests, loaded without a mutant. They can be reused because they keep no state between runs. */
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
