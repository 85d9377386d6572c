import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { jobOf, type Mapping, provisionDirectory } from '../../infra/provision/connector.ts';
import { type Bank, only, openBank, runScript } from '../infra/entra/bank.ts';
import type { Probe } from '../stand-ins/graph.ts';
import { usersIn } from '../stand-ins/graph-routes.ts';
import { findPort, type Started, startIn } from './started.ts';

const directories = join(import.meta.dirname, '../directories');
const banks = ['contoso', 'fabrikam'];
const tokenOf = (bank: string): string => `${bank}.${'A'.repeat(43)}`;

let folder: string;
let service: Started | undefined;
let address: string;
let bank: Bank;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookme-entra-'));
  const port = await findPort();
  address = `http://localhost:${port}`;
  const tokens = Object.fromEntries(banks.map((name) => [name, [tokenOf(name)]]));
  const SCIM_TOKENS = JSON.stringify({ advisors: tokens, rooms: tokens });
  service = await startIn(folder, { PORT: port, SCIM_TOKENS, SCIM_TABLES: process.env['SCIM_TEST_TABLES'] ?? '' });
});

beforeEach(async () => {
  bank = await openBank();
  bank.graph.settings.probe = probe;
});

afterAll(async () => {
  service?.process.kill('SIGTERM');
  await service?.ended;
  await rm(folder, { recursive: true });
});

/** Entra's connection test: a query by the matching attribute for a user who cannot exist. */
const probe: Probe = async ({ baseAddress, token, attribute }) => {
  const filter = encodeURIComponent(`${attribute} eq "${randomUUID()}"`);
  const answer = await fetch(`${baseAddress}/Users?filter=${filter}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return answer.status === 200 ? undefined : 'SystemForCrossDomainIdentityManagementCredentialValidationFailure';
};

/** Runs one cycle with the Tenant URL, the token and the mappings in the bank's tenant. Resolves to the counts in the summary. */
async function runCycle(directory: string, state: string): Promise<Readonly<Record<string, number>>> {
  const { jobs, secrets } = only(bank.graph.tenant.applications);
  const job = only(jobs);
  expect(job.state).toBe('Active');
  const mapping: Mapping = usersIn(job).mappings.map(({ targetAttributeName, source, matchingPriority }) => ({
    path: targetAttributeName,
    source: source.expression.replace(/^\[(\w+)\]$/, '$1'),
    matchingPriority,
  }));
  const [url = '', token = ''] = ['BaseAddress', 'SecretToken'].map((key) => secrets.current.get(key));
  const output: string[] = [];
  const context = {
    output: { write: (text: string) => output.push(text) },
    wait: async () => {},
    stop: new AbortController().signal,
  };
  const code = await provisionDirectory(
    jobOf({ url, token, directory, dialect: undefined, state: join(folder, state), mapping }),
    context,
  );
  expect({ code, output: output.join('') }).toMatchObject({ code: 0 });
  return Object.fromEntries(
    [...output.join('').matchAll(/^ {2}(\w+) +(\d+)/gm)].map(([, name = '', count]) => [name, Number(count)]),
  );
}

interface Resource {
  readonly id: string;
  readonly externalId: string;
  readonly userName: string;
}

async function readAll(name: string, token: string): Promise<readonly Resource[]> {
  const answer = await fetch(`${address}/${name}/scim/Users?count=200`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { Resources } = (await answer.json()) as { readonly Resources: readonly Resource[] }; // the answer of the service under test
  return Resources;
}

test.each([
  { name: 'advisors', created: 62 },
  { name: 'rooms', created: 22 },
])('the application that apply sets up provisions $name to the running service', async ({ name, created }) => {
  bank.environment['SCIM_TOKEN'] = tokenOf('contoso');
  const applied = await bank.run('apply', '--yes', '--service', name, '--service-url', address);
  expect(applied).toMatchObject({ code: 0 });
  const counts = await runCycle(join(directories, `${name}.json`), `${name}.json`);
  expect(counts).toMatchObject({ created, failed: 0 });
  expect(await runCycle(join(directories, `${name}.json`), `${name}.json`)).toMatchObject({
    created: 0,
    updated: 0,
    failed: 0,
  });
  expect(await bank.run('check', '--service', name, '--service-url', address)).toMatchObject({ code: 0 });
  await bank.stop();
});

test("users whom the script's mappings created under nicknames are re-keyed after apply, and keep their ids", async () => {
  const token = tokenOf('fabrikam');
  runScript(bank, 'BookMe - SCIM integration - Advisors - 2026-10-01', `${address}/advisors/scim`, token);
  const directory = await writeDirectory();
  expect(await runCycle(directory, 'default.json')).toMatchObject({ created: 62, failed: 0 });
  const before = await readAll('advisors', token);
  expect(before.every(({ externalId, userName }) => externalId === nicknameOf(userName))).toBe(true);

  expect(await bank.run('apply', '--yes', '--service-url', address)).toMatchObject({ code: 0 });
  expect(await runCycle(directory, 'applied.json')).toMatchObject({
    created: 0,
    deleted: 0,
    disabled: 0,
    failed: 0,
    updated: 62,
  });

  const after = await readAll('advisors', token);
  const idsByName = (resources: readonly Resource[]) =>
    Object.fromEntries(resources.map(({ userName, id }) => [userName, id]));
  expect(after).toHaveLength(before.length);
  expect(idsByName(after)).toEqual(idsByName(before));
  expect(after.every(({ externalId }) => /^[0-9a-f-]{36}$/.test(externalId))).toBe(true);
  expect(await runCycle(directory, 'applied.json')).toMatchObject({ created: 0, updated: 0, failed: 0 });
  await bank.stop();
});

const nicknameOf = (userName: string): string => userName.split('@')[0] ?? '';

/** Writes the sample directory with the other fields that the default mappings read. */
async function writeDirectory(): Promise<string> {
  const { value } = JSON.parse(await readFile(join(directories, 'advisors.json'), 'utf8'));
  const users = value.map((user: { readonly userPrincipalName: string }) => ({
    ...user,
    mailNickname: nicknameOf(user.userPrincipalName),
    mail: user.userPrincipalName,
    jobTitle: 'Advisor',
  }));
  const path = join(folder, 'directory.json');
  await writeFile(path, JSON.stringify({ value: users }));
  return path;
}
