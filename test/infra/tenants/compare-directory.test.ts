import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DirectoryUser, mappingOf, sourceValues, userOf } from '../../../infra/provision/mapping.ts';
import { copyJson, isObject, type JsonObject } from '../../../shared/scim/json.ts';
import { strictReading } from '../../../shared/scim/reading.ts';
import { readResource } from '../../../shared/scim/values.ts';
import { anna, bo } from '../provision/sample-users.ts';
import { type Ground, openGround, runTenant } from './bank.ts';
import { openRows, serviceOf, type TenantRows } from './tenant-rows.ts';

let ground: Ground;
let folder: string;

beforeAll(async () => {
  ground = await openGround();
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
});

afterAll(async () => {
  await ground.stop();
  await rm(folder, { recursive: true });
});

/** Stores the resource that Entra's POST would create for a user, with different values if they are given. */
async function keep(rows: TenantRows, user: DirectoryUser, other: JsonObject = {}): Promise<string> {
  const { resourceType } = rows.kept.service;
  const body = copyJson({ ...userOf(sourceValues(user, mappingOf(rows.kept.service))), ...other });
  if (!isObject(body)) throw new Error('A body is an object.');
  return (await rows.create(readResource(resourceType, body, { reading: strictReading() }))).id;
}

/** Runs compare with an export of these users. */
async function compare(tenant: string, users: readonly object[], ...more: readonly string[]) {
  const path = join(folder, `${tenant}.json`);
  await writeFile(path, JSON.stringify({ value: users }));
  const service = more.includes('--service') ? [] : ['--service', 'advisors'];
  return runTenant(ground, ['compare', '--tenant', tenant, '--directory', path, ...service, ...more]);
}

const many: readonly DirectoryUser[] = Array.from({ length: 30 }, (_, index) => ({
  ...anna,
  id: `0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a8${String(index).padStart(3, '0')}`,
  userPrincipalName: `user.${index}+Ø@contoso.com`,
  displayName: `User ${index} 'quoted' "double" \u2028`,
}));

describe('compare', () => {
  test.each(['advisors', 'rooms'])('says that a directory of %s and its tenant are the same', async (service) => {
    const rows = await openRows(ground, { tenant: 'same', service });
    const room = { ...anna, id: '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a77', givenName: null, surname: null };
    for (const user of [...many, room]) await keep(rows, user);
    const { code, output, errors } = await compare('same', [...many, room], '--service', service);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toBe(
      `same, ${service}: 31 users in the directory, 31 resources here.
The same: 31. Blocked, unassigned or deleted in the directory, and correctly not stored here: 0.
The same.\n`,
    );
  });

  test('lists all users who are missing, too many or different, and ends with the counts', async () => {
    const rows = await openRows(ground, { tenant: 'planted' });
    const [one, two, three, four, five, six] = many;
    if (!one || !two || !three || !four || !five || !six) throw new Error('There are not enough users.');
    await keep(rows, anna);
    await keep(rows, one, { userName: one.userPrincipalName.toUpperCase() });
    await keep(rows, two, { displayName: 'Another', addresses: [{ type: 'work', formatted: 'Elsewhere' }] });
    await keep(rows, three);
    await keep(rows, four, { active: false });
    const extra = await keep(rows, five);
    const users = [anna, one, two, { ...three, accountEnabled: false }, four, { ...six, assigned: false }, bo];
    const { code, output } = await compare('planted', users);
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      'planted, advisors: 7 users in the directory, 6 resources here.',
      `missing here  ${bo.id}  userName "bo@contoso.com"`,
      `extra here    ${extra}  userName "user.4+Ø@contoso.com"`,
      `different     ${two.id}  displayName: ${JSON.stringify(two['displayName']).replace('\u2028', '\\u2028')} in the directory, "Another" here`,
      `different     ${two.id}  addresses[type eq "work"].formatted: "Østergade 5" in the directory, "Elsewhere" here`,
      `different     ${four.id}  active: true in the directory, false here`,
      `different     ${three.id}  active: false in the directory, true here`,
      'The same: 2. Blocked, unassigned or deleted in the directory, and correctly not stored here: 1.',
      `Differs only in case, so it counts as the same: ${one.id} userName: "user.0+Ø@contoso.com" in the directory, "USER.0+Ø@CONTOSO.COM" here.`,
      'Different: 1 missing here, 1 extra here, 4 attributes of 3 resources.',
      '',
    ]);
  });

  test('prints the same as JSON for scripts', async () => {
    const { code, output } = await compare('planted', [anna], '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      isTheSame: false,
      same: 1,
      users: 1,
      resources: 6,
      missing: [],
      unreadable: 0,
    });
  });

  test('reads more resources than one page of storage holds, and none of another tenant', async () => {
    const rows = await openRows(ground, { tenant: 'wide' });
    const wide = Array.from({ length: 1_100 }, (_, index) => ({
      ...bo,
      id: `w${index}`,
      userPrincipalName: `w${index}`,
    }));
    for (const user of wide) await keep(rows, user);
    await keep(await openRows(ground, { tenant: 'wide-2' }), bo);
    expect(await compare('wide', wide)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/The same: 1100.*\nThe same\.\n$/),
    });
  });

  test('does not say "the same" if a row cannot be read', async () => {
    const rows = await openRows(ground, { tenant: 'broken' });
    await keep(rows, anna);
    await keep(rows, bo, { active: false });
    await rows.kept.table.updateEntity({ partitionKey: 'broken', rowKey: bo.id, addresses: '{' }, 'Merge');
    const { code, output } = await compare('broken', [anna, { ...bo, accountEnabled: false }]);
    expect(code).toBe(1);
    expect(output).toContain(
      '1 row cannot be read, so some users may appear to be missing. For details: npm run audit',
    );
    expect(output).toMatch(/Different: 1 row that cannot be read\.\n$/);
  });

  test('says which fields no user in the export has, in addition to the JSON', async () => {
    const { id, userPrincipalName } = anna;
    const { output, errors } = await compare('same', [{ id, userPrincipalName }], '--json');
    expect(errors).toMatch(/^No user in the export has .*displayName.* assigned \(all users count as assigned\)/);
    expect(JSON.parse(output)).toMatchObject({ isTheSame: false, users: 1 });
  });

  test('compares an empty directory with stored resources', async () => {
    const rows = await openRows(ground, { tenant: 'emptied' });
    await keep(rows, anna, { active: false });
    const { code, output } = await compare('emptied', []);
    expect(code).toBe(1);
    expect(output).toContain(`extra here  ${anna.id}  userName ${JSON.stringify(anna.userPrincipalName)} (disabled)\n`);
  });
});

describe('a mistake', () => {
  test.each<[readonly string[], RegExp]>([
    [['--tenant', 'same', '--directory', 'x.json'], /^--service must be one of advisors, rooms/],
    [['--tenant', 'same', '--service', 'advisors'], /^--directory has to name an export/],
    [
      ['--tenant', 'same', '--service', 'advisors', '--directory', 'none.json'],
      /^The directory file none\.json cannot be read/,
    ],
    [['--tenant', 'smae', '--service', 'advisors', '--directory', 'none.json'], /^The tenant smae has no row/],
    [
      ['--tenant', 'same', '--service', 'advisors', '--directory', 'x', '--find', 'y'],
      /^--find can be used with show, not with compare/,
    ],
  ])('is refused with a message: %j', async (argv, sentence) => {
    const { code, output, errors } = await runTenant(ground, ['compare', ...argv]);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(sentence);
  });
});

test('the mapping of a service has only attributes that it stores', () => {
  expect(mappingOf(serviceOf('rooms')).map(({ path }) => path)).not.toContain('name.givenName');
});
