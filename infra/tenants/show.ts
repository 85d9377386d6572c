import type { ChangePage, ChangeRow } from '../../shared/store/change-row.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import type { Output } from '../commands/shared/output.ts';
import type { TenantSecret } from '../tokens/list.ts';
import { printable, printableJson } from './printable.ts';
import { findRecord, historyOf, type StoredRecord } from './record.ts';
import { changesText, recordText } from './record-text.ts';
import { summarise } from './summary.ts';
import { summaryText } from './summary-text.ts';
import type { TenantData } from './tenant-data.ts';

/** The number of days for which changes are counted. */
const DAYS = 14;

/** What to print, and how. */
export interface Shown {
  /** The stored data of each service. */
  readonly perService: readonly TenantData[];
  /** Whether to print JSON, for scripts. */
  readonly json: boolean;
}

interface ShownSummary extends Shown {
  readonly secrets: readonly TenantSecret[] | undefined;
}

/** Prints the state of each service for the tenant. */
export async function showTenant({ perService, json, secrets }: ShownSummary, output: Output): Promise<void> {
  const summaries = [];
  for (const data of perService) summaries.push(await summarise(data, { days: DAYS, secrets }));
  if (json) output.write(`${printableJson({ services: summaries }, 2)}\n`);
  else output.write(summaries.map(summaryText).join('\n'));
}

interface ShownRecord extends Shown {
  /** An id, an externalId or a unique value. */
  readonly find: string;
}

/**
 * Prints one resource and its history, oldest change first. For the id of a deleted resource, it prints only the history. Throws CommandError if neither
 * exists in any service.
 */
export async function showRecord({ perService, json, find }: ShownRecord, output: Output): Promise<void> {
  const all: Found[] = [];
  for (const data of perService) all.push(...(await foundIn(data, find)));
  if (all.length === 0) throw notFound(perService, find);
  if (json) output.write(`${printableJson({ records: all.map(foundJson) }, 2)}\n`);
  else output.write(all.map(foundText).join('\n'));
}

/** A resource with its history, or only the history of a deleted one. */
interface Found {
  readonly data: TenantData;
  readonly id: string;
  readonly record: StoredRecord | undefined;
  readonly history: ChangePage;
}

async function foundIn(data: TenantData, find: string): Promise<readonly Found[]> {
  if (!(await data.hasRows())) return [];
  const record = await findRecord(data, find);
  const id = record?.id ?? find;
  const [changes, damaged]: [ChangeRow[], string[]] = [[], []];
  for await (const page of historyOf(data, id)) {
    changes.push(...page.changes);
    damaged.push(...page.damaged);
  }
  if (!record && changes.length + damaged.length === 0) return [];
  return [{ data, id, record, history: { changes, damaged } }];
}

function foundText({ data: { tenant, service }, id, record, history }: Found): string {
  const head = record ? recordText(record, tenant) : `${tenant}, ${service.name}: ${printable(id)} was deleted.\n`;
  const count = history.changes.length + history.damaged.length;
  return `${head}Its history, oldest change first:${count === 0 ? ' none.' : ''}\n${changesText(history)}`;
}

const foundJson = ({ data, id, record, history }: Found) => ({
  tenant: data.tenant,
  service: data.service.name,
  id,
  isGone: record === undefined,
  ...(record && { rowKey: record.rowKey, row: record.row, resource: record.resource, unreadable: record.unreadable }),
  history: history.changes,
  unreadableChanges: history.damaged,
});

function notFound(perService: readonly TenantData[], find: string): CommandError {
  const services = perService.map(({ service }) => service.name).join(' and ');
  return new CommandError(
    `None of ${perService[0]?.tenant}'s ${services} has the id, the externalId or the user name ${printableJson(find)}. ` +
      'A deleted resource can only be found by its id.',
  );
}
