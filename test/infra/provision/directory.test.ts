import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultMapping } from '../../../infra/provision/default-mapping.ts';
import { readDirectory } from '../../../infra/provision/directory.ts';
import { type DirectoryUser, isActive } from '../../../infra/provision/mapping.ts';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna, bo, nothing } from './sample-users.ts';

let workplace: Workplace;

beforeEach(async () => {
  workplace = await openWorkplace();
});

afterEach(() => workplace.remove());

const read = async (content: unknown) => readDirectory(await workplace.write(JSON.stringify(content)));

describe('readDirectory', () => {
  test.each([{ value: [anna] }, [anna]])('reads an answer of Microsoft Graph, or the list in it', async (content) => {
    expect(await read(content)).toEqual([anna]);
  });

  test('reads an export that begins with a byte order mark', async () => {
    const path = await workplace.write(`\uFEFF${JSON.stringify([anna])}`);
    expect(await readDirectory(path)).toEqual([anna]);
  });

  test('treats missing fields as no value, enabled and assigned', async () => {
    const { id, userPrincipalName } = anna;
    const rest = { ...nothing, deletedDateTime: null };
    expect(await read([{ id, userPrincipalName }])).toEqual([
      { ...rest, id, userPrincipalName, accountEnabled: true, assigned: true },
    ]);
  });

  test('reads the first of several phones and the id of an expanded manager', async () => {
    const path = await workplace.write(
      JSON.stringify([{ ...anna, businessPhones: ['+45 1', '+45 2'], manager: { id: bo.id } }]),
    );
    const [user] = await readDirectory(path, defaultMapping);
    expect(user).toMatchObject({ businessPhones: '+45 1', manager: bo.id, mobilePhone: null });
  });

  test.each([
    [[{ ...anna, userPrincipalName: undefined }], `"userPrincipalName" of user ${anna.id} is missing.`],
    [[anna, { ...bo, id: '' }], '"id" of user number 2 is missing.'],
    [[{ ...anna, officeLocation: 5 }], `"officeLocation" of user ${anna.id} must be a string or null.`],
    [[{ ...anna, accountEnabled: 'yes' }], `"accountEnabled" of user ${anna.id} must be true or false.`],
    [[anna, 'bo'], 'user number 2 is not an object.'],
    [[anna, { ...bo, id: anna.id }], `"id" of user ${anna.id} is also used by another user.`],
    [
      [anna, { ...bo, userPrincipalName: anna.userPrincipalName.toUpperCase() }],
      `"userPrincipalName" of user ${bo.id} is also used by another user.`,
    ],
    [{ users: [] }, 'must be {"value": [users]}'],
  ])('says which user and which field is wrong (%#)', async (content, sentence) => {
    await expect(read(content)).rejects.toThrow(sentence);
  });

  test('says that a file is missing or not JSON', async () => {
    await expect(readDirectory('no-such-file.json')).rejects.toThrow('cannot be read (ENOENT): check --directory.');
    await expect(workplace.write('{').then(readDirectory)).rejects.toThrow('is not JSON.');
    await expect(workplace.write('{]').then(readDirectory)).rejects.toThrow(/is not JSON\.$/);
    await expect(workplace.write(' ').then(readDirectory)).rejects.toThrow('is empty: export the directory again.');
  });

  test('reads an export that PowerShell redirected to a file', async () => {
    const path = await workplace.write('');
    await writeFile(path, Buffer.from(`\uFEFF${JSON.stringify([anna])}`, 'utf16le'));
    expect(await readDirectory(path)).toEqual([anna]);
  });
});

describe('an incomplete export', () => {
  test.each([
    [{ '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=x' }, 'more pages follow'],
    [{ '@odata.nextLink': null }, 'more pages follow'],
    [{ '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/users/delta?x' }, 'it may contain only changes'],
    [{ '@odata.count': 3 }, 'it has 2 users, but its @odata.count is 3'],
  ])('is refused: %j', async (annotations, sentence) => {
    const reading = read({ ...annotations, value: [anna, bo] });
    await expect(reading).rejects.toThrow('is not the whole directory');
    await expect(reading).rejects.toThrow(sentence);
  });

  test('is not assumed if the count matches the list', async () => {
    expect(await read({ '@odata.count': 2, value: [anna, bo] })).toHaveLength(2);
  });

  test('is refused wherever the text was cut: within a name, a value, a number or between users', async () => {
    const text = JSON.stringify({ count: 12, value: [anna, bo] });
    for (let length = 1; length < text.length; length += 1)
      await expect(workplace.write(text.slice(0, length)).then(readDirectory)).rejects.toThrow(
        'is not JSON. The file is incomplete: export the directory again.',
      );
  });
});

describe('the sample directories', () => {
  const sample = (name: string) => readDirectory(join(import.meta.dirname, '../../directories', name));
  const idsOf = (users: readonly DirectoryUser[]) => new Set(users.map(({ id }) => id));

  test('have at least 60 advisors and 20 rooms in scope, in several offices and in none', async () => {
    const advisors = (await sample('advisors.json')).filter(isActive);
    const rooms = (await sample('rooms.json')).filter(isActive);
    expect(advisors.length).toBeGreaterThanOrEqual(60);
    expect(rooms.length).toBeGreaterThanOrEqual(20);
    for (const users of [advisors, rooms]) {
      const offices = new Set(users.map(({ officeLocation }) => officeLocation));
      expect(offices.size).toBeGreaterThan(5);
      expect(offices).toContain(null);
    }
  });

  test('have rooms without given and family names', async () => {
    for (const room of await sample('rooms.json')) expect(room).toMatchObject({ givenName: null, surname: null });
  });

  test.each(['advisors', 'rooms'])(
    'have a next day on which %s come, change, leave and are hired again',
    async (name) => {
      const before = await sample(`${name}.json`);
      const after = await sample(`${name}-next-day.json`);
      const come = after.filter(({ id }) => !idsOf(before).has(id));
      const gone = before.filter(({ id }) => !idsOf(after).has(id));
      const again = come.filter(({ userPrincipalName: upn }) => before.some((user) => user.userPrincipalName === upn));
      expect([come.length, gone.length, again.length].every((count) => count > 0)).toBe(true);
      for (const { id } of [...before, ...after]) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  );
});
