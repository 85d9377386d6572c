import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../infra/local/azurite.ts';

let location: string;

beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), 'bookme-azurite-'));
});

afterEach(() => rm(location, { recursive: true }));

const tableOf = (connectionString: string): TableClient =>
  TableClient.fromConnectionString(connectionString, 'sample', { allowInsecureConnection: true });

async function writeRow(connectionString: string): Promise<void> {
  await tableOf(connectionString).createTable();
  await tableOf(connectionString).createEntity({ partitionKey: 'tenant', rowKey: 'row' });
}

/** Reads the row keys with a new Azurite, which it then closes. */
async function readRows(azurite: Azurite): Promise<readonly (string | undefined)[]> {
  const rows: (string | undefined)[] = [];
  await tableOf(azurite.connectionString).createTable();
  for await (const { rowKey } of tableOf(azurite.connectionString).listEntities()) rows.push(rowKey);
  await azurite.close();
  return rows;
}

test('keeps its tables in the folder', async () => {
  const azurite = await startAzurite({ location });
  await writeRow(azurite.connectionString);
  await azurite.close();
  expect(await readRows(await startAzurite({ location }))).toEqual(['row']);
  expect(await readRows(await startAzurite({ location, fresh: true }))).toEqual([]);
});

test('keeps its tables when the program that started it is killed, and ends with it', async () => {
  const program = `
    import { startAzurite } from './infra/local/azurite.ts';
    console.log((await startAzurite({ location: process.argv[1] })).connectionString);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program, location], { stdio: 'pipe' });
  const [connectionString] = await once(parent.stdout, 'data');
  await writeRow(String(connectionString).trim());
  parent.kill('SIGKILL');
  await once(parent, 'close'); // Azurite uses the parent's stderr, so it has ended too
  expect(await readRows(await startAzurite({ location }))).toEqual(['row']);
});

test('uses the given port, or another one if that is in use', async () => {
  const first = await startAzurite();
  const second = await startAzurite({ port: first.port });
  expect(second.port).not.toBe(first.port);
  await first.close();
  const third = await startAzurite({ port: first.port });
  expect(third.port).toBe(first.port);
  await Promise.all([second.close(), third.close(), third.close()]);
});

test('runs twice even if both start at the same time with the same port', async () => {
  const first = await startAzurite();
  await first.close();
  const both = await Promise.all([startAzurite({ port: first.port }), startAzurite({ port: first.port })]);
  expect(new Set(both.map(({ port }) => port)).size).toBe(2);
  await Promise.all(both.map((one) => one.close()));
});

test('reports a port that was taken after it was found free', async () => {
  const azurite = await startAzurite();
  const program = join(import.meta.dirname, '../../../infra/local/azurite-process.ts');
  const child = fork(program, [JSON.stringify({ port: azurite.port })], { execArgv: ['--no-warnings'], silent: true });
  const ended = once(child, 'exit');
  const [report] = await Promise.race([once(child, 'message'), ended]);
  expect(report).toEqual({ portTaken: true });
  expect((await ended)[0]).toBe(1);
  await azurite.close();
});

test('refuses a folder that another Azurite uses, and does not change its data', async () => {
  const azurite = await startAzurite({ location });
  await writeRow(azurite.connectionString);
  await expect(startAzurite({ location, fresh: true })).rejects.toMatchObject({
    name: 'CommandError',
    message: `The data in ${location} is in use by another npm start. Stop that one first.`,
  });
  expect(await readRows(azurite)).toEqual(['row']);
});

test('refuses the folder as long as the other Azurite runs, no matter how much that one has written', async () => {
  const azurite = await startAzurite({ location });
  const table = tableOf(azurite.connectionString);
  await table.createTable();
  const text = 'x'.repeat(30_000);
  for (let row = 0; row < 60; row += 1) await table.createEntity({ partitionKey: 'tenant', rowKey: `${row}`, text });
  await expect(startAzurite({ location })).rejects.toMatchObject({ name: 'CommandError' });
  await azurite.close();
});
