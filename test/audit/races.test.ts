import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditOptions } from '../../shared/audit/audit.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import type { Row, Stored } from '../../shared/store/resource-row.ts';
import {
  type AuditedTable,
  idRowOf,
  makeAuditedTable,
  nameless,
  office,
  person,
  userNameRowOf,
} from './audited-table.ts';

let audited: AuditedTable;
let victim: Stored;
beforeEach(async () => {
  audited = await makeAuditedTable();
  const store = audited.store();
  for (const name of ['anna', 'bo']) await store.insert(person(name));
  await store.insert(nameless('carl'));
  victim = await store.insert(person('victim'));
});
afterEach(() => audited.end());

/** Small pages, so that there are many calls for changes to come between. */
const slowly: AuditOptions = { pageRows: 2 };

let names = 0;
const newName = () => {
  names += 1;
  return `victim${names}`;
};

/** Changes a resource like the service: reads it, and writes it if it still has the ETag that was read. */
async function change(attributes: JsonObject): Promise<void> {
  const { etag } = await audited.read(victim.rowKey);
  victim = { ...victim, etag };
  victim = await audited.store().update(victim, { ...victim.attributes, ...attributes }, 'updated');
}

const move = (externalId = randomUUID() as string) => change({ externalId });
const toTheFront = () => move(`00000000${randomUUID().slice(8)}`);
const toTheEnd = () => move(`employee of ${newName()}`);
const rename = () => change({ userName: newName() });
const rewrite = () => change({ displayName: newName() });
const moveAndRename = () => change({ externalId: randomUUID(), userName: newName() });

async function remove(): Promise<void> {
  await audited.store().remove(victim);
}

async function create(): Promise<void> {
  victim = await audited.store().insert(person(newName()));
}

async function createAgain(): Promise<void> {
  await remove();
  victim = await audited.store().insert(victim.attributes);
}

/** Gives the externalId and the userName of a resource to a new one. */
async function giveAway(): Promise<void> {
  const { attributes } = victim;
  await change({ externalId: randomUUID(), userName: newName() });
  await audited.store().insert(attributes);
}

const changes = { move, toTheFront, toTheEnd, rename, moveAndRename, createAgain, giveAway };

/**
 * Audits once for each storage call of the audit: with the change before the first call, then before the second, and so on to the last.
 * Each audit starts with the same rows. Otherwise the history, and with it the number of calls, would grow with every change.
 */
async function atEachCall(changeIt: () => Promise<void>, options: AuditOptions, check: Check): Promise<void> {
  const start = { rows: await audited.rows(), victim };
  let made = 0;
  for (let at = 1; ; at += 1) {
    await backTo(start);
    await check.before?.();
    const findings = await audited.auditMeanwhile(
      async (call) => {
        made = call;
        if (call === at) await changeIt();
      },
      { ...slowly, ...options },
    );
    if (made < at) break;
    await check.after(findings, at);
  }
  expect(made).toBeGreaterThan(4);
}

interface Start {
  readonly rows: readonly Row[];
  readonly victim: Stored;
}

async function backTo(start: Start): Promise<void> {
  await audited.restore(start.rows);
  victim = { ...start.victim, etag: (await audited.read(start.victim.rowKey)).etag };
}

interface Check {
  readonly before?: () => Promise<unknown>;
  readonly after: (findings: readonly unknown[], at: number) => Promise<void>;
}

const isClean: Check = {
  after: async (findings, at) => expect({ at, findings }).toEqual({ at, findings: [] }),
};

describe('an audit during live traffic', () => {
  test.each(Object.entries(changes))('finds nothing, no matter when a resource changes (%s)', async (_, changeIt) => {
    await atEachCall(changeIt, {}, isClean);
    expect(await audited.audit()).toEqual([]);
  });

  test('finds nothing, no matter when a resource is deleted or created', async () => {
    await atEachCall(remove, {}, isClean);
    await atEachCall(create, {}, isClean);
    expect(await audited.audit()).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5, 6])('finds nothing if a resource changes before call %i and again later', async (first) => {
    const start = { rows: await audited.rows(), victim };
    for (let second = first; second <= 10; second += 1) {
      await backTo(start);
      const twice = async (call: number) => {
        if (call === first) await moveAndRename();
        if (call === second) await toTheFront();
      };
      expect({ second, findings: await audited.auditMeanwhile(twice, slowly) }).toEqual({ second, findings: [] });
    }
  });

  test('finds nothing if a resource also changes between two looks at it', async () => {
    let renames = 0;
    const often = async (call: number) => {
      if (call % 3 !== 0) return;
      renames += 1;
      await rename();
    };
    expect(await audited.auditMeanwhile(often, slowly)).toEqual([]);
    expect(renames).toBeGreaterThan(4);
  });

  test('ends although a row is written before each read, and reports the row as unsettled', async () => {
    const findings = await audited.auditMeanwhile(rename, slowly);
    expect(findings).toMatchObject([{ kind: 'unsettled', rowKey: victim.rowKey, repairable: false }]);
    expect(await audited.audit()).toEqual([]);
  });

  test('still finds the fault of another resource', async () => {
    const bodil = await audited.store().insert(person('bodil'));
    await audited.remove(idRowOf(bodil));
    const isFound: Check = {
      after: async (findings) => expect(findings).toMatchObject([{ kind: 'missing-id-row', rowKey: bodil.rowKey }]),
    };
    await atEachCall(move, {}, isFound);
  });
});

describe('a repair during live traffic', () => {
  const healed: Check['after'] = async (_, at) => {
    const findings = await audited.audit();
    expect({ at, findings }).toEqual({ at, findings: [] });
    const stored = await audited.store().find(victim.id);
    expect({ at, stored: stored?.attributes }).toEqual({ at, stored: victim.attributes });
  };

  test.each(Object.entries({ rename, move, rewrite }))(
    'leaves the resource healthy and keeps the change, no matter when it changes (%s)',
    async (_, changeIt) => {
      const breakIt = () => audited.remove(idRowOf(victim));
      await atEachCall(changeIt, { repair: true }, { before: breakIt, after: healed });
    },
  );

  test('writes derived columns only over the row that it read', async () => {
    const breakIt = () => audited.merge(victim.rowKey, { office: 'Elsewhere' });
    let offices = 0;
    const moveOffice = async () => {
      offices += 1;
      await change({ addresses: office(`Office ${offices}`) });
    };
    await atEachCall(moveOffice, { repair: true }, { before: breakIt, after: healed });
  });

  test('does not remove an index row that a new resource has taken over', async () => {
    const newcomer = person('newcomer');
    const key = userNameRowOf({ ...victim, attributes: newcomer });
    const leaveOrphan = async () => {
      await remove();
      await audited.put(key, { target: randomUUID(), id: randomUUID() });
    };
    const takeOver = async () => {
      await audited.remove(key).catch(() => undefined); // the audit may have removed it already
      victim = await audited.store().insert({ ...newcomer, externalId: randomUUID() });
    };
    await atEachCall(takeOver, { repair: true }, { before: leaveOrphan, after: healed });
  });
});
