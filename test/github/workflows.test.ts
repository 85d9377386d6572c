import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const PROJECT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const { scripts } = JSON.parse(read('package.json'));

/** The lines of a workflow without comments. The project has no YAML parser, and lines are enough for these checks. */
const linesOf = (path: string): readonly string[] =>
  read(path)
    .split('\n')
    .filter((line) => !/^\s*#/.test(line));

/** The values of a key such as `uses:`. */
const valuesOf = (key: string, path: string): readonly string[] =>
  linesOf(path).flatMap((line) => new RegExp(`^[\\s-]*${key}:\\s*(\\S.*)$`).exec(line)?.[1] ?? []);

/** The jobs of a workflow, each as its lines. */
const jobsOf = (path: string): readonly string[] =>
  linesOf(path)
    .slice(linesOf(path).indexOf('jobs:'))
    .join('\n')
    .split(/^ {2}(?=[\w-]+:$)/m)
    .slice(1);

const workflows = globSync('.github/workflows/*.yml', { cwd: PROJECT }).map((path) => path.replaceAll('\\', '/'));

test('there are workflows to check', () => expect(workflows).toHaveLength(4));

describe.each(workflows.sort())('%s', (path) => {
  test('calls only npm scripts that exist', () => {
    const called = [
      ...linesOf(path)
        .join('\n')
        .matchAll(/\bnpm (?:run (?:--silent )?([\w:]+)|(test|start)\b)/g),
    ];
    expect(called.filter(([, named, short]) => !Object.hasOwn(scripts, named ?? short ?? ''))).toEqual([]);
  });

  test('pins actions of GitHub to a major version and other actions to a commit, and calls only workflows that exist', () => {
    const wrong = valuesOf('uses', path).filter((uses) =>
      uses.startsWith('./')
        ? !existsSync(join(PROJECT, uses))
        : !/^actions\/[\w-]+@v\d+$/.test(uses) && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses),
    );
    expect(wrong).toEqual([]);
  });

  test('has no permissions by default, and every job sets its permissions and its time limit', () => {
    expect(linesOf(path)).toContain('permissions: {}');
    const jobs = jobsOf(path);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      expect(job).toMatch(/^ {4}permissions:$/m);
      expect(job).toMatch(/^ {4}(timeout-minutes: \d+|uses: \.\/)/m);
    }
  });

  test('inserts no expression into a shell script', () => {
    expect(read(path).match(/^\s*(?:- )?run: .*\$\{\{.*$/m)).toBeNull();
    expect(read(path)).not.toContain('pull_request_target');
    const scriptsInBlocks = [...read(path).matchAll(/^( *)run: \|\n((?:\1 {2}.*\n|\n)+)/gm)].map(
      ([, , block]) => block,
    );
    expect(scriptsInBlocks.filter((block) => block?.includes('${{'))).toEqual([]);
  });
});

describe('a job that can sign in to Azure', () => {
  const jobs = workflows.flatMap((path) =>
    jobsOf(path)
      .filter((job) => /id-token: write/.test(job) && !/^ {4}uses: /m.test(job))
      .map((job) => [`${path}: ${job.split(':')[0]}`, job] as const),
  );

  test('exists for deploying and for what-if', () => expect(jobs).toHaveLength(2));

  test.each(jobs)('runs no code of a branch, a package or a cache: %s', (_name, job) => {
    expect(job).not.toMatch(/actions\/checkout|actions\/cache|\bcache:|\bnpm\b|\bnpx\b/);
  });

  test.each(jobs)('belongs to an environment, which restricts who can run it: %s', (_name, job) => {
    expect(job).toMatch(/^ {4}environment: \$\{\{/m);
  });
});

test('a release is built once, and every environment deploys this build', () => {
  expect(workflows.filter((path) => read(path).includes('npm run release'))).toEqual(['.github/workflows/release.yml']);
  expect(read('.github/workflows/deploy-environment.yml')).toContain('node release/deploy.mjs');
});

test('CI and the release use the pinned version of the Bicep CLI', () => {
  for (const path of ['ci.yml', 'release.yml'])
    expect(read(`.github/workflows/${path}`)).toContain('BICEP=$(.ci/bicep');
  expect(read('.ci/bicep.csproj')).toMatch(/Version="\[\d+\.\d+\.\d+\]"/);
});
