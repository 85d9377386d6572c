import { format } from 'node:util';
import { expect } from 'expect';

type Run = (...row: never[]) => unknown;

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'] as const;
type Hooks = Readonly<Record<(typeof HOOKS)[number], Run[]>>;

/** A test that a file has registered. Its name includes those of the file and of its describes. */
export interface Test {
  readonly name: string;
  readonly run: () => unknown;
}

/** A file or a describe: its hooks, and its tests and describes in order. */
export interface Scope {
  readonly name: string;
  readonly hooks: Hooks;
  readonly parts: (Scope | Test)[];
}

/** Runs a test. Returns whether the run continues. */
export type Visit = (test: Test) => Promise<boolean>;

let current: Scope = scopeOf('');

function scopeOf(name: string): Scope {
  return { name, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }, parts: [] };
}

/** Loads a file and returns the tests that it registers. */
export function fileScope(name: string, load: () => void): Scope {
  current = scopeOf(name);
  load();
  return current;
}

/** The tests of a scope, in order. */
export const testsOf = ({ parts }: Scope): readonly Test[] =>
  parts.flatMap((part) => ('run' in part ? part : testsOf(part)));

/** Runs the wanted tests of a scope with their hooks, until `visit` stops the run. Returns whether the run continues. */
export async function runScope(scope: Scope, isWanted: (test: Test) => boolean, visit: Visit): Promise<boolean> {
  if (!testsOf(scope).some(isWanted)) return true;
  const { hooks, parts } = scope;
  await runAll(hooks.beforeAll);
  const visitWithHooks: Visit = (test) => visit({ ...test, run: () => runBetween(hooks, test) });
  let goesOn = true;
  for (const part of parts) {
    if (!goesOn) break;
    if (!('run' in part)) goesOn = await runScope(part, isWanted, visitWithHooks);
    else if (isWanted(part)) goesOn = await visitWithHooks(part);
  }
  const cleanUp = runAll(hooks.afterAll);
  if (goesOn) await cleanUp;
  else cleanUp.catch(() => undefined); // after a failed test, it may wait forever
  return goesOn;
}

async function runBetween({ beforeEach, afterEach }: Hooks, { run }: Test): Promise<void> {
  try {
    await runAll(beforeEach);
    await run();
  } finally {
    await runAll(afterEach);
  }
}

async function runAll(hooks: readonly Run[]): Promise<void> {
  for (const hook of hooks) await hook();
}

function register(title: string, run: Run, row: readonly unknown[] = []): void {
  current.parts.push({ name: `${current.name} ${title}`, run: () => run(...(row as never[])) }); // the test declares the types of its rows
}

function within(title: string, describeAll: Run, row: readonly unknown[] = []): void {
  const outer = current;
  current = scopeOf(`${outer.name} ${title}`);
  outer.parts.push(current);
  describeAll(...(row as never[])); // the test declares the types of its rows
  current = outer;
}

const each =
  (one: typeof register) =>
  (rows: readonly unknown[]) =>
  (title: string, run: Run): void => {
    for (const [at, row] of rows.entries()) {
      const values = Array.isArray(row) ? row : [row];
      one(`${titleOf(title, values)} (${at + 1})`, run, values);
    }
  };

/** Replaces placeholders such as %s and %j by the values of the row, and $name by a member of its object. */
function titleOf(title: string, values: readonly unknown[]): string {
  const named = title.match(/%[a-z]/g)?.length ?? 0;
  return format(title, ...values.slice(0, named)).replace(/\$(\w+)/g, (whole, name) => {
    const [value] = values;
    return typeof value === 'object' && value !== null ? String(Reflect.get(value, name)) : whole;
  });
}

export const test = Object.assign((title: string, run: Run) => register(title, run), { each: each(register) });
export const describe = Object.assign((title: string, run: Run) => within(title, run), { each: each(within) });

const hook =
  (name: keyof Hooks) =>
  (run: Run): unknown =>
    current.hooks[name].push(run);
export const beforeAll = hook('beforeAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');
export const afterAll = hook('afterAll');
export { expect };
