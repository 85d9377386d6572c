import { startCalls } from '../../shared/store/calls.ts';
import { type ChangeRow, keyAt, readChanges } from '../../shared/store/change-row.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { explainAzure } from '../commands/shared/azure-failure.ts';
import { readTables } from '../commands/shared/option-values.ts';
import { showDate } from '../commands/shared/output.ts';
import type { Session } from './session.ts';

/** BookMe's own history of each resource as lines of text, oldest first, by BookMe's id. */
export type History = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the history of a bank's resources in one service, for the same period as the log. It is empty without --tenant or SCIM_TABLES, because a bank's
 * own administrator has no access to the tables. Throws CommandError.
 */
export async function readHistory({ options, context }: Session, service: string): Promise<History> {
  const { environment, credential, now } = context;
  if (options.tenant === undefined || !environment['SCIM_TABLES']) return new Map();
  const table = connectTable({ tables: readTables(environment['SCIM_TABLES']), name: service }, credential);
  const from = keyAt(new Date(now().getTime() - options.since));
  const history = new Map<string, string[]>();
  try {
    for await (const { changes } of readChanges({ table, tenant: options.tenant, calls: startCalls() }, from))
      for (const change of changes) history.set(change.id, [...(history.get(change.id) ?? []), show(change)]);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw explainAzure(cause, { name: 'The storage account', role: 'Storage Table Data Reader' });
  }
  return history;
}

const show = ({ change, at, attributes, token }: ChangeRow): string =>
  `${showDate(at)} ${change}${attributes.length > 0 ? `: ${attributes.join(', ')}` : ''} (token ${token})`;
