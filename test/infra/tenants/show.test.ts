import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brakeLog } from '../../../shared/brake/brake-log.ts';
import { publishSettings } from '../../../shared/brake/brake-settings.ts';
import { startCalls } from '../../../shared/store/calls.ts';
import { type Ground, openGround, runTenant } from './bank.ts';
import { openRows } from './tenant-rows.ts';

let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});

afterAll(() => ground.stop());

const NOW = new Date('2026-05-20T13:30:00.000Z');
const now = () => NOW;
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const seconds = (date: Date) => date.getTime() / 1000;

/** Runs show as of NOW. */
const show = (...argv: readonly string[]) => runTenant(ground, ['show', ...argv], { now });

describe('show', () => {
  test('shows each service with its counts, a bar for each day, the brake and the token', async () => {
    const rows = await openRows(ground, { tenant: 'contoso', now });
    await publishSettings(rows.kept.table, { floor: 10, percent: 20, minutes: 60 });
    for (const name of ['anna', 'bo', 'eve', 'kim']) await rows.create({ userName: name, active: true }, ago(2));
    const eve = await rows.create({ userName: 'eva', active: false }, ago(1));
    ground.vault.secrets.set('scim-all-contoso', {
      value: 'contoso.never-shown',
      attributes: { exp: seconds(ago(-30)) },
    });
    const { code, output } = await show('--tenant', 'contoso');
    expect(code).toBe(0);
    const [advisors = '', rooms = ''] = output.split(/(?=contoso, rooms)/);
    expect(advisors.split('\n').slice(0, 5)).toEqual([
      'contoso, advisors, on 2026-05-20 13:30 UTC',
      'Resources: 4 active, 1 disabled.',
      `Last change: 2026-05-19 13:30 UTC (1 day ago), created ${eve.id}.`,
      'Changes per day (UTC) in the last 14 days:',
      '  Thu 2026-05-07  0',
    ]);
    expect(advisors).toContain(`  Mon 2026-05-18  4  ${'█'.repeat(30)}  4 created\n`);
    expect(advisors).toContain(`  Tue 2026-05-19  1  ${'█'.repeat(8).padEnd(30)}  1 created\n`);
    expect(advisors).toContain('Brake: not engaged.\nDisabled or deleted: 0 of at most 10 within 60 minutes.\n');
    expect(advisors).toMatch(/^Token: valid, for all services; made .*, expires 2026-06-19 13:30 UTC \(in 30 days\);/m);
    expect(rooms).toContain('Resources: 0 active, 0 disabled.\nLast change: none.\n');
    expect(output).not.toContain('never-shown');
  });

  test('shows one service if one is named', async () => {
    const { output } = await show('--tenant', 'contoso', '--service', 'rooms');
    expect(output).toMatch(/^contoso, rooms, on/);
    expect(output).not.toContain('advisors');
  });

  test('says what to do if the brake is engaged and rows cannot be read', async () => {
    const { kept, create } = await openRows(ground, { tenant: 'trouble', now });
    const { rowKey } = await create({ userName: 'anna', active: true }, ago(1));
    await kept.table.updateEntity({ partitionKey: 'trouble', rowKey, addresses: '{' }, 'Merge');
    const settings = { floor: 1, percent: 1, minutes: 60 };
    await brakeLog({
      table: kept.table,
      tenant: 'trouble',
      calls: startCalls(),
      now,
      settings,
      disabledOrDeleted: new Map(),
    }).engage();
    const { output } = await show('--tenant', 'trouble', '--service', 'advisors');
    expect(output).toContain(
      '1 row of a resource cannot be read: npm run audit -- --service advisors --tenant trouble\n',
    );
    expect(output).toContain(
      'Brake: engaged since 2026-05-20 13:30 UTC: requests that disable or delete get 403 until it is released',
    );
    expect(output).toContain('Token: none.\n');
  });

  test('prints the same as JSON for scripts', async () => {
    const { code, output } = await show('--tenant', 'contoso', '--json');
    expect(code).toBe(0);
    const { services } = JSON.parse(output);
    expect(services).toMatchObject([
      { service: 'advisors', resources: { active: 4, disabled: 1 }, brake: { state: { kind: 'open' } } },
      { service: 'rooms', resources: { active: 0, disabled: 0 }, tokens: [{ scope: 'all', state: 'valid' }] },
    ]);
    expect(services[0].days).toHaveLength(14);
    expect(services[0].days[11]).toMatchObject({
      start: '2026-05-18T00:00:00.000Z',
      total: 4,
      changes: { created: 4 },
    });
  });

  test('says that tokens are unknown if no key vault is named', async () => {
    const environment = { SCIM_KEY_VAULT_URI: '' };
    const { output } = await runTenant(ground, ['show', '--tenant', 'contoso'], { now, environment });
    expect(output).toContain('Token: unknown, because no key vault is named.\n');
  });

  test('shows a tenant that has a token and nothing else', async () => {
    ground.vault.secrets.set('scim-rooms-newcomer', { value: 'x' });
    expect(await show('--tenant', 'newcomer')).toMatchObject({ code: 0, errors: '' });
  });
});

describe('show --find', () => {
  const externalId = '0a21aa7c-5c5f-4c34-9f5e-6d1d0d2a7a01';

  test('shows the resource as it is stored and returned, and its history line by line', async () => {
    const { at, create } = await openRows(ground, { tenant: 'finding', now });
    const anna = await create({ externalId, userName: 'Anna@contoso.com', displayName: 'Anna', active: true }, ago(9));
    await create({ userName: 'bo@contoso.com', active: true }, ago(9));
    await at(ago(2)).update(anna, { ...anna.attributes, active: false }, 'disabled');
    const { code, output } = await show('--tenant', 'finding', '--find', 'ANNA@CONTOSO.COM');
    expect(code).toBe(0);
    expect(output).toContain(`finding, advisors: ${externalId}\n`);
    expect(output).toMatch(/^ {2}displayName +Anna$/m);
    expect(output).toContain('  "displayName": "Anna",\n');
    expect(output.slice(output.indexOf('Its history'))).toBe(
      `Its history, oldest change first:
  2026-05-11 13:30:00 UTC  created   token token1  externalId userName displayName active
  2026-05-18 13:30:00 UTC  disabled  token token1  active\n`,
    );
    expect(output).not.toContain('bo@contoso.com');
  });

  test('prints the same as JSON for scripts', async () => {
    const { output } = await show('--tenant', 'finding', '--find', externalId, '--json');
    expect(JSON.parse(output)).toMatchObject({
      records: [
        {
          tenant: 'finding',
          service: 'advisors',
          id: externalId,
          isGone: false,
          row: { userName: 'Anna@contoso.com' },
          resource: { userName: 'Anna@contoso.com', active: false },
          history: [{ change: 'created' }, { change: 'disabled', attributes: ['active'] }],
        },
      ],
    });
  });

  test('shows the history of a deleted resource', async () => {
    const { at, create } = await openRows(ground, { tenant: 'gone', now });
    const stored = await create({ userName: 'anna', active: true }, ago(3));
    await at(ago(1)).remove(stored);
    const { code, output } = await show('--tenant', 'gone', '--find', stored.id);
    expect(code).toBe(0);
    expect(output).toContain(`gone, advisors: ${stored.id} was deleted.\n`);
    expect(output).toMatch(/created .*\n.*deleted /);
  });

  test('shows both an advisor and a room with the same name', async () => {
    await (await openRows(ground, { tenant: 'both', now })).create({ userName: 'twin', active: true });
    await (await openRows(ground, { tenant: 'both', now, service: 'rooms' })).create({
      userName: 'twin',
      active: true,
    });
    const { output } = await show('--tenant', 'both', '--find', 'twin');
    expect(output.match(/^both, (advisors|rooms): /gm)).toHaveLength(2);
  });

  test('escapes characters that would manipulate a terminal', async () => {
    const { create } = await openRows(ground, { tenant: 'hostile', now });
    const userName = 'eve\u001b[2J\u202emoc.osotnoc\nForged: line';
    await create({ userName, externalId: 'eve', displayName: '<script>\u0007', active: true });
    const { output } = await show('--tenant', 'hostile', '--find', userName);
    expect(output).toContain(String.raw`eve\u{1b}[2J\u{202e}moc.osotnoc\u{a}Forged: line`);
    expect([...output].filter((one) => one !== '\n' && /[\p{Cc}\u202e]/u.test(one))).toEqual([]);
    const { records } = JSON.parse((await show('--tenant', 'hostile', '--find', 'eve', '--json')).output);
    expect(records[0].row.userName).toBe(userName);
  });
});

describe('a mistake', () => {
  test.each<[readonly string[], RegExp]>([
    [['show'], /^--tenant must be/],
    [
      ['show', '--tenant', 'contso'],
      /^The tenant contso has no row in the storage account devstoreaccount1 .* and no token in .*\. Check its name/,
    ],
    [['show', '--tenant', 'contso', '--find', 'anna'], /^The tenant contso has no row/],
    [
      ['show', '--tenant', 'contoso', '--find', 'nobody\n'],
      /^None of contoso's advisors and rooms has the id, .* "nobody"/,
    ],
    [['show', '--tenant', 'contoso', '--find', randomUUID()], /^None of contoso's advisors and rooms/],
    [['show', '--tenant', 'contoso', '--find', ' '], /^--find must be an id/],
    [['show', '--tenant', 'contoso', '--service', 'people'], /^--service must be one of advisors, rooms/],
    [['show', '--tenant', 'contoso', '--yes'], /^--yes can be used with erase, not with show/],
    [['erase', '--tenant', 'contoso', '--json'], /^--json can be used with show, compare, not with erase/],
  ])('is refused with a message: %j', async (argv, sentence) => {
    const { code, output, errors } = await runTenant(ground, argv);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(sentence);
  });
});
