import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { appFiles, build, builtCommit, completeAppFolder } from '../../../infra/package/build.ts';
import { pack } from '../../../infra/package/package.ts';
import { bundleDeploy } from '../../../infra/package/release.ts';
import { type Client, clientOf, patchOp, user } from '../../service/client.ts';
import { rawGet, sendRaw } from '../local/raw-request.ts';
import { type ServedApp, serveApp } from './served-app.ts';

/** These tests use what is deployed: the archive, unpacked in a folder without packages. */
let scratch: string;
let archive: string;
let unpacked: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bookme-package-'));
  archive = await packInto('built', 'package.zip');
  unpacked = join(scratch, 'unpacked');
  mkdirSync(unpacked);
  for (const [name, content] of Object.entries(unzipSync(readFileSync(archive))))
    writeFileSync(join(unpacked, name), content);
});

afterAll(() => rmSync(scratch, { recursive: true }));

async function packInto(folder: string, name: string): Promise<string> {
  await build(join(scratch, folder, 'main.cjs'));
  completeAppFolder(join(scratch, folder));
  pack(join(scratch, folder), join(scratch, name));
  return join(scratch, name);
}

const readUnpacked = (name: string): string => readFileSync(join(unpacked, name), 'utf8');

describe('the package', () => {
  test('contains only the bundle, its source map and the files that the Functions host reads', () => {
    expect(Object.keys(unzipSync(readFileSync(archive)))).toEqual([...appFiles]);
    expect(readUnpacked('host.json')).toBe(readFileSync(join(import.meta.dirname, '../../../host.json'), 'utf8'));
  });

  test('names its entry file, and needs no installed packages and no script', () => {
    expect(JSON.parse(readUnpacked('package.json'))).toEqual({
      name: 'bookme-scim',
      version: expect.any(String),
      private: true,
      main: 'main.cjs',
    });
  });

  test('needs only Node and the module that the worker provides', () => {
    const asked = [...readUnpacked('main.cjs').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    const foreign = asked.filter((name) => !process.getBuiltinModule(name));
    expect([...new Set(foreign)]).toEqual(['@azure/functions-core']);
  });

  test('maps the bundle to lines of the sources, but does not contain the sources', () => {
    const map = JSON.parse(readUnpacked('main.cjs.map'));
    expect(map.sources).toContainEqual(expect.stringMatching(/shared\/scim\/filter\.ts$/));
    expect(map.sourcesContent).toBeUndefined();
    expect(readUnpacked('main.cjs')).toMatch(/\/\/# sourceMappingURL=main\.cjs\.map\s*$/);
  });

  test('is the same, byte for byte, when it is built again', async () => {
    expect(readFileSync(await packInto('again', 'again.zip'))).toEqual(readFileSync(archive));
  });
});

test('the deploy command of a release runs from one file, without packages', async () => {
  const program = join(scratch, 'deploy.mjs');
  await bundleDeploy(program);
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--help'], { cwd: scratch });
  expect(stdout).toMatch(/^Usage: npm run deploy -- --environment test\|production/);
});

describe('the package, served', () => {
  const token = `contoso.${'P'.repeat(43)}`;
  const tenant = { name: 'contoso', advisors: token, rooms: token };
  let app: ServedApp;

  beforeAll(async () => {
    app = await serveApp(unpacked, {
      SCIM_PUBLIC_URL: 'http://localhost:7071',
      SCIM_TABLES: process.env['SCIM_TEST_TABLES'] ?? '',
      SCIM_TOKENS: JSON.stringify({ advisors: { contoso: [token] }, rooms: { contoso: [token] } }),
    });
  });

  afterAll(() => app.close());

  test('logs in Azure the records of its functions, but not the lines of the host about them', () => {
    const { logging } = JSON.parse(readUnpacked('host.json'));
    const levels = Object.entries(logging.logLevel).filter(([name]) => name.startsWith('Function'));
    expect(Object.fromEntries(levels)).toEqual({
      Function: 'Warning',
      ...Object.fromEntries(app.functions.map((name) => [`Function.${name}.User`, 'Information'])),
    });
  });

  test.each(['TRACE', 'CONNECT'])('leaves %s to the host', async (method) => {
    const answer = await sendRaw(app.url, rawGet('/advisors/scim/Users').replace('GET', method));
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
  });

  test('is healthy, and names the commit that it was built from', async () => {
    const answer = await fetch(`${app.url}/health`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok', commit: builtCommit() }]);
  });

  test.each(['advisors', 'rooms'] as const)(
    'provisions one of the %s from the connection test to the delete',
    async (service) => {
      await runLife(clientOf({ url: app.url }, service, tenant));
    },
  );

  test('refuses a request without a token', async () => {
    expect((await fetch(`${app.url}/advisors/scim/Users`)).status).toBe(401);
  });
});

/** The requests that Entra sends for one resource, with the expected answers. */
async function runLife(call: Client): Promise<void> {
  const find = (value: string) => call('GET', `/Users?filter=${encodeURIComponent(`userName eq "${value}"`)}`);
  expect((await find('nobody')).body).toMatchObject({ totalResults: 0 });
  const externalId = crypto.randomUUID();
  const userName = `${externalId}@contoso.com`;
  const created = await call('POST', '/Users', user({ userName, externalId, displayName: 'Before', active: true }));
  expect(created).toMatchObject({ status: 201, body: { id: externalId, userName } });
  expect((await find(userName)).body).toMatchObject({ totalResults: 1, Resources: [{ id: externalId }] });
  const path = `/Users/${externalId}`;
  const renamed = await call('PATCH', path, patchOp({ op: 'Replace', path: 'displayName', value: 'After' }));
  expect(renamed).toMatchObject({ status: 200, body: { displayName: 'After' } });
  const disabled = await call('PATCH', path, patchOp({ op: 'Replace', path: 'active', value: 'False' }));
  expect(disabled).toMatchObject({ status: 200, body: { active: false } });
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await call('GET', path)).status).toBe(404);
}
