import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const INFRA = join(import.meta.dirname, '../../../infra');
const MAIN = readFileSync(join(INFRA, 'main.bicep'), 'utf8');

interface Module {
  readonly name: string;
  /** The names of the resources that the module creates, and of those that it refers to. */
  readonly makes: ReadonlySet<string>;
  readonly uses: ReadonlySet<string>;
  readonly waitsFor: readonly string[];
}

const MODULES = [...MAIN.matchAll(/^module (\w+) 'modules\/(\w+)\.bicep' = .*?\{\n([\s\S]*?)^\}/gm)].map(
  ([, name = '', file = '', body = '']): Module => {
    const text = readFileSync(join(INFRA, `modules/${file}.bicep`), 'utf8');
    return {
      name,
      makes: named(text.replaceAll(/^.* existing = .*$(\n {2}name: .*)?/gm, ''), /^ {2}name: names\.(\w+)$/gm),
      uses: named(text, /\bnames\.(?!bicep)(\w+)/g),
      waitsFor: body.match(/dependsOn: \[([^\]]*)\]/)?.[1]?.match(/\w+/g) ?? [],
    };
  },
);

function named(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
}

function before(name: string): ReadonlySet<string> {
  const waitsFor = MODULES.find((one) => one.name === name)?.waitsFor ?? [];
  return new Set([...waitsFor, ...waitsFor.flatMap((one) => [...before(one)])]);
}

// modules find resources by their names, so only dependsOn states which ones have to exist first
describe('a module depends on the modules that create what it refers to', () => {
  test.each(MODULES.map((one) => [one.name, one] as const))('%s', (_name, { name, makes, uses }) => {
    const others = [...uses].filter((use) => !makes.has(use) && use !== 'alerts');
    const makers = others.map((use) => MODULES.find((one) => one.makes.has(use))?.name ?? `nobody makes ${use}`);
    expect([...before(name)]).toEqual(expect.arrayContaining(makers));
  });
});

test('all modules are checked', () => {
  expect(MODULES.map(({ name }) => name)).toEqual([...MAIN.matchAll(/^module (\w+)/gm)].map(([, name]) => name));
  expect(MODULES).toHaveLength(readdirSync(join(INFRA, 'modules')).length - 1); // names.bicep is imported
});
