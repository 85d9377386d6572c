import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const MAIN = readFileSync(join(import.meta.dirname, '../../../infra/main.bicep'), 'utf8');

/** The module that makes what a name or an id in main.bicep stands for. */
const MAKERS: Readonly<Record<string, string>> = {
  'names.identity': 'identity',
  'names.workspace': 'monitoring',
  'names.insights': 'monitoring',
  'names.actionGroup': 'actionGroup',
  'names.hostStorage': 'hostStorage',
  'names.dataStorage': 'dataStorage',
  'names.vault': 'vault',
  'names.plan': 'app',
  'names.app': 'app',
  'ids.workspace': 'monitoring',
  'ids.actionGroup': 'actionGroup',
  'ids.tableService': 'dataStorage',
  'addresses.packages': 'hostStorage',
  'addresses.tables': 'dataStorage',
  'addresses.vault': 'vault',
};

interface Module {
  readonly name: string;
  readonly uses: readonly string[];
  readonly waitsFor: readonly string[];
}

const MODULES = [...MAIN.matchAll(/^module (\w+) '[^']+' = .*?\{\n([\s\S]*?)^\}/gm)].map(
  ([, name = '', body = '']): Module => ({
    name,
    uses: [...new Set(body.match(/\b(names|ids|addresses)\.\w+/g))],
    waitsFor: body.match(/dependsOn: \[([^\]]*)\]/)?.[1]?.match(/\w+/g) ?? [],
  }),
);

function before(name: string): ReadonlySet<string> {
  const waitsFor = MODULES.find((one) => one.name === name)?.waitsFor ?? [];
  return new Set([...waitsFor, ...waitsFor.flatMap((one) => [...before(one)])]);
}

// names are known before anything is made, so nothing but dependsOn says what has to be there first
describe('a module waits for the makers of what it is told of', () => {
  test.each(MODULES.map(({ name, uses }) => [name, uses] as const))('%s', (name, uses) => {
    const makers = uses.map((use) => MAKERS[use] ?? `an unknown maker of ${use}`).filter((maker) => maker !== name);
    expect([...before(name)]).toEqual(expect.arrayContaining(makers));
  });
});

test('all modules are looked at', () => {
  expect(MODULES.map(({ name }) => name)).toEqual([...MAIN.matchAll(/^module (\w+)/gm)].map(([, name]) => name));
  expect(MODULES.map(({ name }) => name)).toContain('app');
});
