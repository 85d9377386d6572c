import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const PROJECT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const { scripts } = JSON.parse(read('package.json'));

/** The lines of a workflow that are no comments. The project has no YAML parser: what is checked here can be seen in the lines. */
const linesOf = (path: string): readonly string[] =>
  read(path)
    .split('\n')
    .filter((line) => !/^\s*#/.test(line));

/** All that follows a key such as `uses:`. */
const valuesOf = (key: string, path: string): readonly string[] =>
  linesOf(path).flatMap((line) => new RegExp(`^[\\s-]*${key}:\\s*(\\S.*)$`).exec(line)?.[1] ?? []);

const workflows = globSync('.github/workflows/*.yml', { cwd: PROJECT }).map((path) => path.replaceAll('\\', '/'));

test('there are workflows to check', () => expect(workflows).toHaveLength(3));

describe.each(workflows.sort())('%s', (path) => {
  test('calls only npm scripts that exist', () => {
    const called = [
      ...linesOf(path)
        .join('\n')
        .matchAll(/\bnpm (?:run (?:--silent )?([\w:]+)|(test|start)\b)/g),
    ];
    expect(called.filter(([, named, short]) => !Object.hasOwn(scripts, named ?? short ?? ''))).toEqual([]);
  });

  test('takes actions by major version where they are from GitHub, by commit else, and its own workflows where they exist', () => {
    const wrong = valuesOf('uses', path).filter((uses) =>
      uses.startsWith('./')
        ? !existsSync(join(PROJECT, uses))
        : !/^actions\/[\w-]+@v\d+$/.test(uses) && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses),
    );
    expect(wrong).toEqual([]);
  });

  test('begins with no permissions, and every job says how long it may take and what it may do', () => {
    expect(linesOf(path)).toContain('permissions: {}');
    const jobs = linesOf(path)
      .slice(linesOf(path).indexOf('jobs:'))
      .join('\n')
      .split(/^ {2}(?=[\w-]+:$)/m)
      .slice(1);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      expect(job).toMatch(/^ {4}permissions:$/m);
      expect(job).toMatch(/^ {4}(timeout-minutes: \d+|uses: \.\/)/m);
    }
  });

  test('puts nothing from outside into a shell script', () => {
    expect(read(path).match(/^\s*(?:- )?run: .*\$\{\{.*$/m)).toBeNull();
    expect(read(path)).not.toContain('pull_request_target');
    const scriptsInBlocks = [...read(path).matchAll(/^( *)run: \|\n((?:\1 {2}.*\n|\n)+)/gm)].map(
      ([, , block]) => block,
    );
    expect(scriptsInBlocks.filter((block) => block?.includes('${{'))).toEqual([]);
  });
});

describe('azure.yaml', () => {
  const value = (key: string): string => valuesOf(key, 'azure.yaml')[0] ?? '';

  test('deploys what npm run build makes, without a build in Azure', () => {
    expect([value('dist'), value('remoteBuild'), value('project')]).toEqual(['dist', 'false', '.']);
    expect(scripts).toHaveProperty('build');
  });

  test('names parameters that exist, and the service that the app is tagged with', () => {
    expect(existsSync(join(PROJECT, value('path'), `${value('module')}.bicepparam`))).toBe(true);
    const [, tag = ''] = /'azd-service-name': '(\w+)'/.exec(read('infra/modules/app.bicep')) ?? [];
    expect(linesOf('azure.yaml')).toContain(`  ${tag}:`);
  });
});
