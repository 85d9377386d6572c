import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Attribute } from '../shared/scim/schema.ts';
import { advisors } from '../shared/services/advisors.ts';
import { rooms } from '../shared/services/rooms.ts';
import { readPage, tableBelow } from './docs/markdown.ts';

const PROJECT = join(import.meta.dirname, '..');

/** What a ring may import in addition to its own files: other rings, packages, and in some rings Node's modules. */
interface Ring {
  readonly rings: readonly string[];
  readonly node: boolean;
  readonly packages: readonly string[];
}

const listIn = (cell: string | undefined): readonly string[] => (cell ? cell.split(', ') : []);

/** The allowed imports, as docs/architecture.md describes them. Every other import is an error. */
const rings: Readonly<Record<string, Ring>> = Object.fromEntries(
  tableBelow(readPage('docs/architecture.md'), 'The rings').map((row) => [
    row['ring'],
    {
      rings: listIn(row['imports the rings']),
      node: row["Node's modules"] === 'yes',
      packages: listIn(row['packages']),
    },
  ]),
);

/** The ring of the file with this path in the project. */
function ringOf(file: string): string {
  const [top = '', folder = ''] = file.split('/');
  if (top !== 'shared') return top;
  return folder.replace(/\.ts$/, '');
}

/** What is wrong with an import, or undefined. */
function wrongArrow(file: string, specifier: string): string | undefined {
  const ring = rings[ringOf(file)];
  if (!ring) return `${file} is part of no ring: give ${ringOf(file)} a line in the table of docs/architecture.md`;
  if (specifier.endsWith('.json')) return undefined;
  const isAllowed = specifier.startsWith('.')
    ? [ringOf(file), ...ring.rings].includes(ringOf(posix.join(dirname(file), specifier)))
    : specifier.startsWith('node:')
      ? ring.node
      : ring.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return isAllowed ? undefined : `${file} imports ${specifier}`;
}

interface Source {
  readonly file: string;
  readonly code: string;
}

/** The project's own code without its comments. */
const sources: readonly Source[] = globSync('{functions,shared,infra}/**/*.{ts,tsx}', { cwd: PROJECT }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  code: withoutComments(readFileSync(join(PROJECT, file), 'utf8')),
}));

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** Removes texts of five words or more, which are sentences for people and not code. */
function withoutSentences(code: string): string {
  return code.replace(/(['"`])(?:(?!\1)[^\\\n]|\\.)*\1/g, (text) => (text.split(' ').length < 5 ? text : "''"));
}

const importsIn = (code: string): readonly string[] =>
  [...code.matchAll(/\b(?:from|import|import\(|require\()\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);

const inRings = (...names: string[]): readonly Source[] => sources.filter(({ file }) => names.includes(ringOf(file)));

describe('the rings', () => {
  test('import only the rings that they may import', () => {
    const wrong = sources.flatMap(({ file, code }) => importsIn(code).map((specifier) => wrongArrow(file, specifier)));
    expect(wrong.length).toBeGreaterThan(300);
    expect(wrong.filter((one) => one !== undefined)).toEqual([]);
  });

  test.each([
    ['shared/scim/filter.ts', '../store/store.ts'],
    ['shared/scim/filter.ts', 'node:crypto'],
    ['shared/operations/resource.ts', '../http/body.ts'],
    ['shared/store/store.ts', '../operations/resource.ts'],
    ['shared/http/body.ts', '../../functions/main.ts'],
    ['shared/http/body.ts', '../compose.ts'],
    ['functions/main.ts', '../infra/local/host.ts'],
    ['shared/operations/resource.ts', '@azure/data-tables'],
    ['shared/scim/json.ts', 'ajv-formats'],
    ['shared/elsewhere/x.ts', './y.ts'],
  ])('would be violated if %s imported %s', (file, specifier) => {
    expect(wrongArrow(file, specifier)).toContain(file);
  });

  test('have no circular imports', () => {
    const imported = new Map(
      sources.map(({ file, code }) => [
        file,
        importsIn(code.replace(/^import type [^;]+;/gm, ''))
          .filter((specifier) => specifier.startsWith('.') && specifier.endsWith('.ts'))
          .map((specifier) => posix.join(dirname(file), specifier)),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (path.includes(file) || done.has(file)) return;
      for (const next of imported.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of imported.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

test('only shared/config.ts reads the environment of the process', () => {
  const readers = sources.filter(
    ({ file, code }) => /^(shared|functions)\//.test(file) && /\bprocess\s*[.?[]+\s*'?env\b/.test(code),
  );
  expect(readers.map(({ file }) => file)).toEqual(['shared/config.ts']);
});

describe('the attributes of the services', () => {
  /** The declared names, except for the words of the RFCs that every schema has. */
  const names = new Set(
    [advisors, rooms]
      .flatMap(({ resourceType }) => resourceType.attributes)
      .filter(({ common }) => !common)
      .flatMap((attribute): readonly Attribute[] => [attribute, ...attribute.subAttributes])
      .map(({ name }) => name)
      .filter((name) => !['name', 'type', 'primary'].includes(name)),
  );
  const named = new RegExp(`\\b(${[...names].join('|')})\\b`);

  test('are the names that this test looks for', () => {
    for (const name of ['userName', 'givenName', 'formatted']) expect(names).toContain(name);
    expect(named.test(withoutSentences("const { userName } = body; throw new Error('no');"))).toBe(true);
    expect(named.test(withoutSentences(withoutComments('// the userName\ncall();')))).toBe(false);
  });

  test('do not occur in the code of the engine, the store, the operations and the pipeline', () => {
    const lines = inRings('scim', 'store', 'operations', 'http').flatMap(({ file, code }) =>
      withoutSentences(code)
        .split('\n')
        .filter((line) => named.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(lines).toEqual([]);
  });

  test('do not occur in the code of the console, except for "active", which is also the word for a state', () => {
    const lines = sources
      .filter(({ file }) => file.startsWith('infra/console/'))
      .flatMap(({ file, code }) =>
        withoutSentences(code)
          .split('\n')
          .map((line) => ({ file, line })),
      )
      .filter(({ line }) => named.test(line.replace(/\bactive\b/g, '')));
    expect(lines).toEqual([]);
  });
});
