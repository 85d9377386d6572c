import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cleanEnvironment } from '../../end-to-end/started.ts';
import { token } from '../provision/run-provision.ts';
import { anna, bo } from '../provision/sample-users.ts';
import { emptyList, type Recorder, startRecorder } from '../provision/scim-recorder.ts';

const PROJECT = join(import.meta.dirname, '../../..');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookme-node24-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A folder that looks like the project, in which npm runs the project's scripts. */
async function openProject(scripts: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', scripts }));
  await symlink(join(PROJECT, 'infra'), join(folder, 'infra'));
}

/** Starts a command in its own process group, as a terminal does. */
function startInFront(command: string, ...parameters: readonly string[]): ChildProcess {
  return spawn(command, parameters, { cwd: folder, env: cleanEnvironment({}), detached: true });
}

/** Sends a signal to one process, or to its whole group. */
const signal = ({ pid = Number.NaN }: ChildProcess, name: NodeJS.Signals, { group = false } = {}): void =>
  void process.kill(group ? -pid : pid, name);

/** A program that prints the signals that reach it, and ends some time after the first one. */
const PROGRAM = `
  let seen = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(name, () => {
      console.log(name);
      if (++seen === 1) setTimeout(() => process.exit(7), 400);
    });
  setInterval(() => {}, 1000);
  console.log('ready');
`;

describe('the wrapper', () => {
  async function run(command: string, parameters: readonly string[], act: (child: ChildProcess) => void) {
    await openProject({ program: 'node infra/local/node24.mjs program.mjs' });
    await writeFile(join(folder, 'program.mjs'), PROGRAM);
    const child = startInFront(command, ...parameters);
    if (!child.stdout) throw new Error('The output is piped.');
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (part.includes('ready')) act(child);
    });
    const [code] = await once(child, 'close');
    return { code, signals: output.match(/SIG\w+/g) ?? [] };
  }
  const directly = ['infra/local/node24.mjs', 'program.mjs'];

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on and ends with the exit code of its program',
    async (name) => {
      const ended = await run(process.execPath, directly, (child) => signal(child, name));
      expect(ended).toEqual({ code: 7, signals: [name] });
    },
  );

  test('passes on the signals of one Ctrl-C only once', async () => {
    const ended = await run(process.execPath, directly, (child) => {
      signal(child, 'SIGINT');
      setTimeout(() => signal(child, 'SIGINT'), 50);
    });
    expect(ended).toEqual({ code: 7, signals: ['SIGINT'] });
  });

  test('ends its program when npm is ended, even if the shell between them does not pass the signal on', async () => {
    const { signals } = await run('npm', ['run', '--silent', 'program'], (child) => signal(child, 'SIGTERM'));
    expect(signals).toEqual(['SIGTERM']);
  });
});

describe('Ctrl-C during npm run provision', () => {
  let recorder: Recorder | undefined;
  afterEach(() => recorder?.close());

  test('saves the state and shows the summary, although the signal comes from the terminal, from npm and from the wrapper', async () => {
    await openProject({ provision: 'node infra/local/node24.mjs infra/commands/provision.ts' });
    await writeFile(join(folder, 'users.json'), JSON.stringify([anna, { ...bo, assigned: false }]));
    const { promise: release, resolve } = Promise.withResolvers<void>();
    let child: ChildProcess | undefined;
    recorder = await startRecorder(({ method }) => {
      if (method !== 'POST') return emptyList;
      if (child) signal(child, 'SIGINT', { group: true });
      setTimeout(resolve, 300);
      return { status: 201, body: { id: 'id-1' }, after: release };
    });
    const parameters = ['--url', recorder.url, '--directory', 'users.json', '--state', 'state.json', '--token', token];
    child = startInFront('npm', 'run', '--silent', 'provision', '--', ...parameters);
    const [output] = await Promise.all([child.stdout && text(child.stdout), once(child, 'close')]);
    expect(output).toMatch(/created +1\n[\s\S]*The cycle was stopped; run the same command again to continue\.\n$/);
    expect(await readFile(join(folder, 'state.json'), 'utf8')).toContain('"id": "id-1"');
  });
});

describe('the first start', () => {
  test('says that it installs packages, shows the progress, and ends with the number of packages', async () => {
    await mkdir(join(folder, 'infra/local'), { recursive: true });
    await cp(join(PROJECT, 'infra/local/node24.mjs'), join(folder, 'infra/local/node24.mjs'));
    await writeFile(join(folder, 'program.mjs'), 'console.log(process.version)');
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const node = join(PROJECT, 'node_modules/node/bin/node');
    const npm = `#!/bin/sh
echo "$*" > arguments
mkdir -p node_modules/node/bin node_modules/@scope/a node_modules/b && ln -s ${node} node_modules/node/bin/node
until [ -f seen ]; do sleep 0.1; done
touch node_modules/.package-lock.json
`;
    await writeFile(join(bin, 'npm'), npm);
    await chmod(join(bin, 'npm'), 0o755);
    const env = cleanEnvironment({ PATH: `${bin}${delimiter}${process.env['PATH']}` });
    const child = spawn(process.execPath, ['infra/local/node24.mjs', 'program.mjs'], { cwd: folder, env });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', async (part: string) => {
      errors += part;
      if (part.includes(' seconds')) await writeFile(join(folder, 'seen'), '');
    });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(await readFile(join(folder, 'arguments'), 'utf8')).toBe('ci --include=dev\n');
    expect(errors).toMatch(/^Installing the packages .*…\n( {2}\d+ seconds, 3 packages …\n)+Installed 3 packages\.\n$/);
    expect(output).toBe(`${process.version}\n`);
  });
});

describe('the npm scripts', () => {
  test('use no feature that only a POSIX shell has', async () => {
    const { scripts } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
    for (const script of Object.values(scripts)) expect(script).toMatch(/^[\w:./ @&-]+$/);
    for (const script of Object.values(scripts)) expect(script).not.toMatch(/\bexec\b|\w=/);
  });
});
