import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { brakeLog } from '../../../shared/brake/brake-log.ts';
import { startCalls } from '../../../shared/store/calls.ts';
import { type Ground, openGround, runTenant } from './bank.ts';
import { openRows } from './tenant-rows.ts';

let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});

afterAll(() => ground.stop());

const now = () => new Date();

async function exported(tenant: string, environment = {}) {
  const run = await runTenant(ground, ['export', '--tenant', tenant], { environment });
  const lines = run.output.trimEnd().split('\n');
  return { ...run, lines: lines.map((line) => JSON.parse(line)) };
}

const ofKind = (lines: readonly { readonly kind: string }[], kind: string) =>
  lines.filter((line) => line.kind === kind);

test('export writes every row of a tenant and what is known about its tokens, and nothing of another tenant', async () => {
  const advisors = await openRows(ground, { tenant: 'contoso' });
  const rooms = await openRows(ground, { tenant: 'contoso', service: 'rooms' });
  const anna = await advisors.create({ userName: 'anna\u2028"\n@contoso.com', externalId: 'a', active: true });
  await advisors.at(now()).update(anna, { ...anna.attributes, active: false }, 'disabled');
  await rooms.create({ userName: 'room@contoso.com', active: true });
  const brake = {
    table: advisors.kept.table,
    tenant: 'contoso',
    calls: startCalls(),
    now,
    disabledOrDeleted: new Map(),
  };
  await brakeLog({ ...brake, settings: { minutes: 60 } }).release(new Date('2030-01-01'));
  for (const tenant of ['contos', 'contoso-2', 'contosp'])
    await (await openRows(ground, { tenant })).create({ userName: `eve@${tenant}.com`, active: true });
  ground.vault.secrets.set('scim-advisors-contoso', { value: 'contoso.secret-1', tags: { fingerprint: 'abcd' } });
  ground.vault.secrets.set('scim-advisors-contoso-2', { value: 'contoso-2.secret-2' });

  const { code, errors, output, lines } = await exported('contoso');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(lines[0]).toMatchObject({ kind: 'export', tenant: 'contoso', areTokensKnown: true });
  expect(lines.at(-1)).toEqual({ kind: 'end', lines: { resource: 2, index: 4, change: 3, brake: 1, token: 1 } });
  expect(lines).toHaveLength(2 + 2 + 4 + 3 + 1 + 1);
  expect(ofKind(lines, 'resource')).toMatchObject([
    {
      service: 'advisors',
      rowKey: anna.rowKey,
      resource: { id: anna.id, userName: 'anna\u2028"\n@contoso.com', active: false },
      row: { id: anna.id, active: false, created: anna.created.toISOString() },
    },
    { service: 'rooms', resource: { userName: 'room@contoso.com' } },
  ]);
  expect(
    ofKind(lines, 'change')
      .map(({ row }: { row?: { change?: string } } & { kind: string }) => row?.change)
      .sort(),
  ).toEqual(['created', 'created', 'disabled']);
  expect(ofKind(lines, 'brake')).toMatchObject([
    { service: 'advisors', row: { state: 'released', until: '2030-01-01T00:00:00.000Z' } },
  ]);
  expect(ofKind(lines, 'token')).toMatchObject([{ scope: 'advisors', state: 'valid', fingerprint: 'abcd' }]);
  expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}]/u);
  expect(output).not.toMatch(/secret-|eve@|odata|etag/);
});

test('export has as many lines as there are rows, over several pages', async () => {
  const { addChanges } = await openRows(ground, { tenant: 'long' });
  const change = { change: 'updated', id: randomUUID(), attributes: ['displayName'] } as const;
  await addChanges(
    Array.from({ length: 2_100 }, (_, index) => ({ ...change, at: new Date(1_700_000_000_000 + index) })),
  );
  const { lines } = await exported('long');
  expect(lines.at(-1)).toEqual({ kind: 'end', lines: { change: 2_100 } });
  expect(new Set(ofKind(lines, 'change').map((line) => JSON.stringify(line))).size).toBe(2_100);
});

test('export writes damaged and unknown rows unchanged', async () => {
  const { kept, create } = await openRows(ground, { tenant: 'damaged' });
  const { rowKey } = await create({ userName: 'anna', active: true });
  await kept.table.updateEntity({ partitionKey: 'damaged', rowKey, addresses: '{', created: 'x', later: 7n }, 'Merge');
  await kept.table.createEntity({ partitionKey: 'damaged', rowKey: '~other', bytes: new Uint8Array([1, 2]) });
  const { code, lines } = await exported('damaged');
  expect(code).toBe(0);
  expect(ofKind(lines, 'resource')).toMatchObject([
    {
      unreadable: ['created', 'addresses'],
      row: { addresses: '{', created: 'x', later: '7' },
      resource: { userName: 'anna' },
    },
  ]);
  expect(ofKind(lines, 'unknown')).toMatchObject([{ rowKey: '~other', row: { bytes: 'AQI=' } }]);
});

test('export says that tokens are unknown, and in Azure needs the key vault', async () => {
  const { lines } = await exported('long', { SCIM_KEY_VAULT_URI: '' });
  expect(lines[0]).toMatchObject({ kind: 'export', areTokensKnown: false });
  const environment = { SCIM_TABLES: 'https://bookme.table.core.windows.net', SCIM_KEY_VAULT_URI: '' };
  const refused = await runTenant(ground, ['export', '--tenant', 'long'], { environment });
  expect(refused).toMatchObject({ code: 1, output: '' });
  expect(refused.errors).toMatch(/^No key vault is named, and export includes the state of the tenant's tokens/);
});

test.each([
  [['export', '--tenant', 'conotso'], /^The tenant conotso has no row .* and no token/],
  [['export'], /^--tenant must be/],
  [
    ['export', '--tenant', 'contoso', '--service', 'rooms'],
    /^--service can be used with show, compare, not with export/,
  ],
])('export refuses a mistake: %j', async (argv, sentence) => {
  const { code, output, errors } = await runTenant(ground, argv);
  expect({ code, output }).toEqual({ code: 1, output: '' });
  expect(errors).toMatch(sentence);
});
