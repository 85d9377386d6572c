import type { ChangePage, ChangeRow } from '../../shared/store/change-row.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import type { Output } from '../commands/shared/output.ts';
import type { TenantSecret } from '../tokens/list.ts';
import type { Kept } from './kept.ts';
import { printable, printableJson } from './printable.ts';
import { findRecord, historyOf, type KeptRecord } from './record.ts';
import { changesText, recordText } from './record-text.ts';
import { summarise } from './summary.ts';
import { summaryText } from './summary-text.ts';

/** The number of days for which changes are counted. */
const DAYS = 14;

/** What to print, and how. */
export interface Shown {
  /** The stored data of each service. */
  readonly kepts: readonly Kept[];
  /** Whether to print JSON, for scripts. */
  readonly json: boolean;
}

interface ShownSummary extends Shown {
  readonly secrets: readonly TenantSecret[] | undefined;
}

/** Prints the state of each service for the tenant. */
export async function showTenant({ kepts, json, secrets }: ShownSummary, output: Output): Promise<void> {
  const summaries = [];
  for (const kept of kepts) summaries.push(await summarise(kept, { days: DAYS, secrets }));
  if (json) output.write(`${printableJson({ services: summaries }, 2)}\n`);
  else output.write(summaries.map(summaryText).join('\n'));
}

interface ShownRecord extends Shown {
  /** An id, an externalId or a unique value. */
  readonly find: string;
}

/**
 * Prints one resource and its history, oldest change first. For the id of a deleted resource, it prints only the history. Throws CommandError if no service
 * has a resource or a history for it.
 */
export async function showRecord({ kepts, json, find }: ShownRecord, output: Output): Promise<void> {
  const all: Found[] = [];
  for (const kept of kepts) all.push(...(await foundIn(kept, find)));
  if (all.length === 0) throw notFound(kepts, find);
  if (json) output.write(`${printableJson({ records: all.map(foundJson) }, 2)}\n`);
  else output.write(all.map(foundText).join('\n'));
}

/** A resource with its history, or only the history of a deleted one. */
interface Found {
  readonly kept: Kept;
  readonly id: string;
  readonly record: KeptRecord | undefined;
  readonly history: ChangePage;
}

async function foundIn(kept: Kept, find: string): Promise<readonly Found[]> {
  if (!(await kept.hasRows())) return [];
  const record = await findRecord(kept, find);
  const id = record?.id ?? find;
  const [changes, damaged]: [ChangeRow[], string[]] = [[], []];
  for await (const page of historyOf(kept, id)) {
    changes.push(...page.changes);
    damaged.push(...page.damaged);
  }
  if (!record && changes.length + damaged.length === 0) return [];
  return [{ kept, id, record, history: { changes, damaged } }];
}

function foundText({ kept: { tenant, service }, id, record, history }: Found): string {
  const head = record ? recordText(record, tenant) : `${tenant}, ${service.name}: ${printable(id)} was deleted.\n`;
  const count = history.changes.length + history.damaged.length;
  return `${head}Its history, oldest change first:${count === 0 ? ' none.' : ''}\n${changesText(history)}`;
}

const foundJson = ({ kept, id, record, history }: Found) => ({
  tenant: kept.tenant,
  service: kept.service.name,
  id,
  isGone: record === undefined,
  ...(record && { rowKey: record.rowKey, row: record.row, resource: record.resource, unreadable: record.unreadable }),
  history: history.changes,
  unreadableChanges: history.damaged,
});

function notFound(kepts: readonly Kept[], find: string): CommandError {
  const services = kepts.map(({ service }) => service.name).join(' and ');
  return new CommandError(
    `None of ${kepts[0]?.tenant}'s ${services} has the id, the externalId or the user name ${printableJson(find)}. ` +
      'A deleted resource can only be found by its id.',
  );
}
