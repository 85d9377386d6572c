import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditOptions } from '../../shared/audit/audit.ts';
import type { JsonObject } from '../../shared/scim/json.ts';
import type { Stored } from '../../shared/store/resource-row.ts';
import { type AuditedTable, idRowOf, makeAuditedTable, nameless, person, userNameRowOf } from './audited-table.ts';

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

/** More calls than an audit of this small table makes, unless each change makes the table larger. */
const CALLS = 30;

/** Small pages, so that changes come between them. */
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

/** A new resource gets the externalId and the userName that another one has given up. */
async function giveAway(): Promise<void> {
  const { attributes } = victim;
  await change({ externalId: randomUUID(), userName: newName() });
  await audited.store().insert(attributes);
}

const changes = { move, toTheFront, toTheEnd, rename, moveAndRename, createAgain, giveAway };

/** Audits again and again, with the change before the first of its storage calls, then before the second, and so on to the last. */
async function atEachCall(changeIt: () => Promise<void>, options: AuditOptions, check: Check): Promise<number> {
  let made = 0;
  for (let at = 1; at <= CALLS; at += 1) {
    await check.before?.();
    const findings = await audited.auditMeanwhile(
      async (call) => {
        made = call;
        if (call === at) await changeIt();
      },
      { ...slowly, ...options },
    );
    if (made < at) return made;
    await check.after(findings, at);
  }
  return made;
}

interface Check {
  readonly before?: () => Promise<unknown>;
  readonly after: (findings: readonly unknown[], at: number) => Promise<void>;
}

const isClean: Check = {
  after: async (findings, at) => expect({ at, findings }).toEqual({ at, findings: [] }),
};

describe('live traffic', () => {
  test.each(Object.entries(changes))(
    'raises no false alarm: %s between any two reads of the audit',
    async (_, changeIt) => {
      expect(await atEachCall(changeIt, {}, isClean)).toBeGreaterThan(4);
      expect(await audited.audit()).toEqual([]);
    },
  );

  test('raises no false alarm: a delete or a create between any two reads', async () => {
    await atEachCall(remove, {}, { ...isClean, before: create });
    await atEachCall(create, {}, isClean);
    expect(await audited.audit()).toEqual([]);
  });

  test('raises no false alarm: two changes, each between any two reads', async () => {
    for (let first = 1; first <= 6; first += 1) {
      for (let second = first; second <= 10; second += 1) {
        const twice = async (call: number) => {
          if (call === first) await moveAndRename();
          if (call === second) await toTheFront();
        };
        expect({ first, second, findings: await audited.auditMeanwhile(twice, slowly) }).toMatchObject({
          findings: [],
        });
      }
    }
  });

  test('is not reported as a fault if a change also comes between the looks', async () => {
    let changed = 0;
    const often = async (call: number) => {
      changed += 1;
      if (call % 3 === 0) await (call % 2 === 0 ? move() : rename());
    };
    expect(await audited.auditMeanwhile(often, slowly)).toEqual([]);
    expect(changed).toBeGreaterThan(4);
  });

  test('does not keep the audit waiting for ever: a row that is written before each read is reported as unsettled', async () => {
    const findings = await audited.auditMeanwhile(rename, slowly);
    expect(findings).toMatchObject([{ kind: 'unsettled', rowKey: victim.rowKey, repairable: false }]);
    expect(await audited.audit()).toEqual([]);
  });

  test('does not hide a fault', async () => {
    const bo = await audited.store().insert(person('bodil'));
    await audited.remove(idRowOf(bo));
    await atEachCall(
      move,
      {},
      {
        after: async (findings) => expect(findings).toMatchObject([{ kind: 'missing-id-row', rowKey: bo.rowKey }]),
      },
    );
  });
});

describe('a repair beside live traffic', () => {
  const healed: Check['after'] = async (_, at) => {
    const findings = await audited.audit();
    expect({ at, findings }).toEqual({ at, findings: [] });
    const stored = await audited.store().find(victim.id);
    expect({ at, stored: stored?.attributes }).toEqual({ at, stored: victim.attributes });
  };

  test('repairs what a change between any two of its reads and writes has left, and keeps the change', async () => {
    const breakIt = () => audited.remove(idRowOf(victim));
    for (const changeIt of [rename, move, () => change({ displayName: newName() })])
      await atEachCall(changeIt, { repair: true }, { before: breakIt, after: healed });
  });

  test('writes derived columns only over the row that it read', async () => {
    const breakIt = () => audited.merge(victim.rowKey, { office: 'Elsewhere' });
    let broken = 0;
    const moveOffice = async () => {
      broken += 1;
      await change({ addresses: [{ type: 'work', formatted: `Office ${broken}` }] });
    };
    await atEachCall(moveOffice, { repair: true }, { before: breakIt, after: healed });
  });

  test('removes an orphan only while it still is one', async () => {
    const newcomer = person('newcomer');
    const key = userNameRowOf({ ...victim, attributes: newcomer });
    const leaveOrphan = async () => {
      await remove();
      await audited.put(key, { target: randomUUID(), id: randomUUID() });
    };
    const takeItUp = async () => {
      await audited.remove(key).catch(() => undefined); // another repair may come first
      victim = await audited.store().insert({ ...newcomer, externalId: randomUUID() });
    };
    await atEachCall(takeItUp, { repair: true }, { before: leaveOrphan, after: healed });
  });
});
