import { format } from 'node:util';
import { expect } from 'expect';

/** A test that a file has registered. */
export interface Registered {
  readonly name: string;
  readonly run: () => unknown;
}

type Run = (...row: never[]) => unknown;

/** The tests that the loaded files have registered, in order. */
export const registered: Registered[] = [];
const names: string[] = [];
let hooks: Run[] = [];

function register(name: string, run: Run, row: readonly unknown[] = []): void {
  const before = hooks;
  async function runAll(): Promise<void> {
    for (const hook of before) await hook();
    await run(...(row as never[])); // the test declares the types of its rows
  }
  registered.push({ name: [...names, name].join(' '), run: runAll });
}

function within(name: string, describeAll: Run, row: readonly unknown[] = []): void {
  names.push(name);
  describeAll(...(row as never[])); // the test declares the types of its rows
  names.pop();
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

/** Registers the tests of a file under the file's name. Its hooks run only before these tests. */
export function file(name: string, load: () => void): void {
  hooks = [];
  within(name, load);
}

export const test = Object.assign((name: string, run: Run) => register(name, run), { each: each(register) });
export const describe = Object.assign((name: string, run: Run) => within(name, run), { each: each(within) });
export const beforeEach = (hook: Run): unknown => hooks.push(hook);
export { expect };
