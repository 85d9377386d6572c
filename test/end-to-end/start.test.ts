import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { services } from '../../shared/services/services.ts';
import { cleanEnvironment, findPort, runStart, type Started, startIn, untilServing } from './started.ts';

const PROJECT = join(import.meta.dirname, '../..');
const LINE = /^local +(\S+) +(\S+) +(\S+) +(\S+)$/gm;

/** A test starts up to two processes, each of which builds the app and starts an Azurite. */
jest.setTimeout(90_000);

let folder: string;
let PORT: string;
const running: Started[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookme-start-'));
  PORT = await findPort();
});

afterEach(async () => {
  for (const { process } of running) process.kill('SIGTERM');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
  await rm(folder, { recursive: true });
});

async function start(...parameters: string[]): Promise<Started> {
  const started = await startIn(folder, { PORT }, ...parameters);
  running.push(started);
  return started;
}

async function stop(started: Started, signal: NodeJS.Signals = 'SIGTERM') {
  started.process.kill(signal);
  return started.ended;
}

/** The printed lines: tenant, service, Tenant URL and Secret Token. */
const readLines = ({ output }: Started) =>
  [...output.matchAll(LINE)].map(([, tenant = '', service = '', url = '', token = '']) => ({
    tenant,
    service,
    url,
    token,
  }));

type Line = ReturnType<typeof readLines>[number];

async function count({ url, token }: Line): Promise<unknown> {
  const filter = encodeURIComponent('userName eq "anna@contoso.com"');
  const answer = await fetch(`${url}/Users?filter=${filter}`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { totalResults: unknown }).totalResults;
}

async function create({ url, token }: Line): Promise<void> {
  const answer = await fetch(`${url}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'anna@contoso.com',
      displayName: 'Anna',
    }),
  });
  expect(answer.status).toBe(201);
}

const firstLine = (started: Started): Line => {
  const [line] = readLines(started);
  if (!line) throw new Error(`No line in ${started.output}`);
  return line;
};

describe('npm start', () => {
  test('serves every service for two tenants, at the addresses and with the tokens that it prints', async () => {
    const started = await start();
    const lines = readLines(started);
    expect(lines.map(({ tenant, service }) => [tenant, service])).toEqual(
      ['contoso', 'fabrikam'].flatMap((tenant) => services.map(({ name }) => [tenant, name])),
    );
    for (const line of lines) {
      expect(line.url).toBe(`http://localhost:${PORT}/${line.service}/scim`);
      expect(await count(line)).toBe(0);
    }
    const [first] = lines;
    expect(started.output).toContain(
      `npm run provision -- --url ${first?.url} --token ${first?.token} --directory test/directories/advisors.json\n`,
    );
    expect((await stat(join(folder, 'local.settings.json'))).mode & 0o777).toBe(0o600);
  });

  test('serves the console at an address that works for one browser', async () => {
    const { output } = await start();
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/\?key=\S{43}/.exec(output) ?? [];
    const entered = await fetch(address, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL('/', address), { headers: { cookie } });
    expect(await page.text()).toContain('<script type="module" src="/assets/main.js">');
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('keeps its tokens and its data after %s', async (signal) => {
    const before = await start();
    await create(firstLine(before));
    expect(await stop(before, signal)).toMatchObject({ code: 0, errors: '' });
    const after = await start();
    expect(readLines(after)).toEqual(readLines(before));
    expect(await count(firstLine(after))).toBe(1);
  });

  test('starts empty with --fresh, and keeps its tokens', async () => {
    const before = await start();
    await create(firstLine(before));
    await stop(before);
    const after = await start('--fresh');
    expect(readLines(after)).toEqual(readLines(before));
    expect(await count(firstLine(after))).toBe(0);
  });

  test('starts no Azurite if SCIM_TABLES is set', async () => {
    const tables = process.env['SCIM_TEST_TABLES'] ?? '';
    const started = await startIn(folder, { PORT, SCIM_TABLES: tables });
    running.push(started);
    expect(await count(firstLine(started))).toEqual(expect.any(Number));
    expect(started.output).toContain('The data is in the storage account in SCIM_TABLES.\n');
    expect(started.output).not.toContain('AccountKey');
    expect(await readdir(folder)).not.toContain('.azurite');
  });
});

describe('a signal to npm start in a terminal', () => {
  /** Starts a command in its own process group, as a terminal does, in a folder that looks like the project. */
  async function startInFront(command: string, parameters: readonly string[]): Promise<Started> {
    await copyFile(join(PROJECT, 'package.json'), join(folder, 'package.json'));
    await symlink(join(PROJECT, 'infra'), join(folder, 'infra'));
    const env = cleanEnvironment({ PORT });
    const started = await untilServing(spawn(command, parameters, { cwd: folder, env, detached: true }));
    running.push(started);
    return started;
  }

  test.each([
    ['SIGTERM to npm', 'npm', ['start'], 'SIGTERM', 1],
    ['Ctrl-C, which reaches all processes at once', 'npm', ['start'], 'SIGINT', -1],
    ['SIGTERM to the wrapper', process.execPath, ['infra/local/node24.mjs', 'infra/local/start.ts'], 'SIGTERM', 1],
  ] as const)('ends it with its data on disk: %s', async (_name, command, parameters, signal, sign) => {
    const before = await startInFront(command, parameters);
    await create(firstLine(before));
    process.kill(sign * (before.process.pid ?? Number.NaN), signal);
    await before.ended;
    expect(await count(firstLine(await start()))).toBe(1);
  });
});

describe('npm start ends with one sentence for the reader', () => {
  test.each([
    ['an invalid PORT', { PORT: 'http' }, [], 'PORT must be a number from 1 to 65535, not "http".'],
    [
      'an unknown argument',
      {},
      ['--frsh'],
      'npm start has no option --frsh. Its only option is --fresh, which starts with empty tables.',
    ],
    [
      '--fresh with another storage account',
      { SCIM_TABLES: 'UseDevelopmentStorage=true' },
      ['--fresh'],
      '--fresh deletes only the data of the store that npm start starts: unset SCIM_TABLES.',
    ],
    [
      'a broken SCIM_TABLES',
      { SCIM_TABLES: 'x' },
      [],
      'SCIM_TABLES must be the https address of a storage account, or a connection string.',
    ],
    [
      'a storage account that does not respond',
      {
        SCIM_TABLES: 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;',
      },
      [],
      'The storage account in SCIM_TABLES does not respond (connect ECONNREFUSED 127.0.0.1:1). Correct the setting, or unset it: npm start then starts its own store.',
    ],
    ['broken tokens', { SCIM_TOKENS: '[' }, [], 'SCIM_TOKENS is not JSON.'],
    [
      'tokens for a public address',
      { SCIM_PUBLIC_URL: 'https://api.example.com' },
      [],
      'SCIM_TOKENS is for local use only. SCIM_PUBLIC_URL is not a local address, so set SCIM_KEY_VAULT_URI instead.',
    ],
    [
      'two sources of tokens',
      { SCIM_TOKENS: '{}', SCIM_KEY_VAULT_URI: 'https://vault' },
      [],
      'SCIM_KEY_VAULT_URI and SCIM_TOKENS exclude each other: set only one of them.',
    ],
    [
      '--func without Core Tools',
      { PATH: '/nowhere' },
      ['--func'],
      'Azure Functions Core Tools (func) are not installed. Install them, or use npm start, which does not need them.',
    ],
  ])('about %s', async (_name, environment: Readonly<Record<string, string>>, parameters, sentence) => {
    const { code, errors } = await runStart(folder, { PORT, ...environment }, ...parameters);
    expect({ code, errors }).toEqual({ code: 1, errors: `${sentence}\n` });
  });

  test('about a port in use, and deletes no data', async () => {
    const started = await start();
    await create(firstLine(started));
    const { code, errors } = await runStart(folder, { PORT }, '--fresh');
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `Port ${PORT} is in use: stop the program that uses it, or set PORT to another port.\n`,
    });
    expect(await count(firstLine(started))).toBe(1);
  });

  test('about another npm start in the same folder', async () => {
    await start();
    const { code, errors } = await runStart(folder, { PORT: await findPort() });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'The data in .azurite is in use by another npm start. Stop that one first.\n',
    });
  });

  test('about a broken settings file', async () => {
    await writeFile(join(folder, 'local.settings.json'), '{');
    const { code, errors } = await runStart(folder, { PORT });
    expect(code).toBe(1);
    expect(errors).toMatch(/^local\.settings\.json is not valid: .*\n$/);
  });
});

describe('npm run start:func', () => {
  test('runs Core Tools with the app and its settings, and ends when Core Tools end', async () => {
    const tools = join(folder, 'tools');
    await mkdir(tools);
    await writeFile(
      join(tools, 'func'),
      '#!/bin/sh\necho "func $* on $SCIM_TABLES at $SCIM_PUBLIC_URL in $(ls dist)"\nexit 3\n',
    );
    await chmod(join(tools, 'func'), 0o755);
    const { code, output } = await runStart(
      folder,
      { PORT, PATH: `${tools}${delimiter}${process.env['PATH']}` },
      '--func',
    );
    expect(code).toBe(3);
    expect(output).toMatch(
      new RegExp(`\\nfunc start --port ${PORT} on .*AccountName=.* at http://localhost:${PORT} in main.cjs`),
    );
  });
});
