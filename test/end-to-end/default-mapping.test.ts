import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dialects } from '../../infra/provision/connector.ts';
import { readResource, readResources } from '../docs/read-tables.ts';
import { type Run, runWith } from '../infra/provision/run-provision.ts';
import { audit, changesOf, tableOf } from '../store/rows.ts';
import { findPort, type Started, startIn } from './started.ts';

/** The fields of an exported user that this test changes. */
type User = Readonly<Record<string, unknown>> & { readonly id: string; readonly userPrincipalName: string };

const tokenOf = (tenant: string): string => `${tenant}.${'A'.repeat(43)}`;
const tenantOf = (dialect: string): string => `nicknames-${dialect}-${process.pid}`;

let folder: string;
let service: Started | undefined;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookme-default-mapping-'));
  const port = await findPort();
  url = `http://localhost:${port}/advisors/scim`;
  const tokens = Object.fromEntries(dialects.map(tenantOf).map((tenant) => [tenant, [tokenOf(tenant)]]));
  const SCIM_TOKENS = JSON.stringify({ advisors: tokens });
  service = await startIn(folder, { PORT: port, SCIM_TOKENS, SCIM_TABLES: process.env['SCIM_TEST_TABLES'] ?? '' });
});

afterAll(async () => {
  service?.process.kill('SIGTERM');
  await service?.ended;
  await rm(folder, { recursive: true });
});

/** The sample advisors with the other fields that the default mapping reads. Two of them have the same nickname, which a directory allows. */
async function readStaff(): Promise<readonly User[]> {
  const text = await readFile(join(import.meta.dirname, '../directories/advisors.json'), 'utf8');
  const users: readonly User[] = JSON.parse(text).value;
  const manager = { id: users[0]?.id };
  return users.map((user, at) => ({
    ...user,
    mailNickname: at === 1 ? nicknameOf(users[0]) : nicknameOf(user),
    mail: user.userPrincipalName,
    jobTitle: 'Advisor',
    businessPhones: ['+45 33 12 34 56'],
    mobilePhone: null,
    ...(at > 0 && { manager }),
  }));
}

const nicknameOf = (user: User | undefined): string => user?.userPrincipalName.split('@')[0] ?? '';

const countsIn = ({ output }: Run): Readonly<Record<string, number>> =>
  Object.fromEntries([...output.matchAll(/^ {2}(\w+) +(\d+)/gm)].map(([, name = '', count]) => [name, Number(count)]));

describe.each(dialects)('a bank that starts with the default mapping (dialect %s)', (dialect) => {
  const tenant = tenantOf(dialect);
  const table = tableOf('advisors');
  /** The row of each person by userName, as the booking core reads it. */
  const readRows = async () =>
    new Map([...(await readResources(table, tenant)).values()].map((row) => [String(row['userName']), row]));

  async function cycle(users: readonly User[], ...more: readonly string[]): Promise<Run> {
    const directory = join(folder, `${dialect}.json`);
    await writeFile(directory, JSON.stringify({ value: users }));
    const paths = ['--directory', directory, '--state', join(folder, `${dialect}-state.json`)];
    return runWith(['--url', url, '--token', tokenOf(tenant), '--dialect', dialect, ...paths, ...more]);
  }

  let staff: readonly User[];
  let ids: ReadonlyMap<string, unknown>;

  test('is provisioned under its nicknames, except for a user whose nickname is taken, and then updated', async () => {
    staff = await readStaff();
    const first = await cycle(staff, '--mapping', 'default');
    expect(countsIn(first)).toMatchObject({ created: 61, failed: 1 });
    expect(first.output).toContain('409 uniqueness: Another resource of this tenant already has this externalId.');
    const [, , renamed, leaver] = staff;
    if (!renamed || !leaver) throw new Error('The sample has more users.');
    const office = 'Havnen 2, 8000 Aarhus C';
    staff = staff.map((user) => {
      if (user === renamed)
        return { ...user, displayName: 'Another Name', officeLocation: office, jobTitle: 'Director' };
      return user === leaver ? { ...user, assigned: false } : user;
    });
    expect(countsIn(await cycle(staff, '--mapping', 'default'))).toMatchObject({ updated: 1, disabled: 1, failed: 1 });

    const rows = await readRows();
    expect(rows.size).toBe(61);
    for (const user of staff) {
      const row = rows.get(user.userPrincipalName);
      if (row) expect(row['externalId']).toBe(user['mailNickname']);
    }
    expect(rows.get(renamed.userPrincipalName)).toMatchObject({ displayName: 'Another Name', office, active: true });
    expect(rows.get(leaver.userPrincipalName)).toMatchObject({ active: false });
    expect(await audit('advisors', tenant)).toEqual([]);
    ids = new Map([...rows].map(([userName, row]) => [userName, row['id']]));
  });

  test("is re-keyed when the guide's mapping is entered, while a reader of the table finds everybody", async () => {
    let isDone = false;
    const run = cycle(staff).finally(() => {
      isDone = true;
    });
    const stages = new Set<string>();
    while (!isDone) {
      for (const [userName, id] of ids) {
        const row = await readResource(table, tenant, String(id));
        expect(row).toMatchObject({ id, userName });
        stages.add(/^[0-9a-f-]{36}$/.test(String(row?.['externalId'])) ? 're-keyed' : 'nickname');
      }
    }
    const { output, code } = await run;
    expect(output).toContain('The mapping has changed since the last cycle, so all users are compared again');
    expect({ code, ...countsIn(await run) }).toMatchObject({
      code: 0,
      created: 1,
      updated: 60,
      deleted: 0,
      failed: 0,
    });
    expect([...stages].sort()).toEqual(['nickname', 're-keyed']);
  });

  test('then has everybody once, under the same ids, and no changes in the next cycle', async () => {
    const rows = await readRows();
    expect(rows.size).toBe(62);
    for (const [userName, id] of ids) expect(rows.get(userName)?.['id']).toBe(id);
    const active = staff.filter((user) => rows.get(user.userPrincipalName)?.['active'] === true);
    expect(active).toHaveLength(61);
    for (const user of active)
      expect(rows.get(user.userPrincipalName)).toMatchObject({ externalId: user.id, displayName: user['displayName'] });
    expect(await audit('advisors', tenant)).toEqual([]);
    const moved = (await changesOf('advisors', tenant)).filter(({ change }) => change === 'moved');
    expect(new Set(moved.map(({ id }) => id)).size).toBe(60);
    expect(countsIn(await cycle(staff))).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0 });
    expect(await readRows()).toEqual(rows);
  });

  test('matches a leaver who comes back, and who still has a nickname, by userName', async () => {
    const back = staff.map((user) => ({ ...user, assigned: staff[3] === user ? true : user['assigned'] }));
    expect(countsIn(await cycle(back))).toMatchObject({ created: 0, restored: 1, failed: 0 });
    const leaver = staff[3];
    const row = (await readRows()).get(String(leaver?.userPrincipalName));
    expect(row).toMatchObject({ id: ids.get(String(leaver?.userPrincipalName)), externalId: leaver?.id, active: true });
  });
});
