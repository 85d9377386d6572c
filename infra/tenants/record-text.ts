import type { ChangePage, ChangeRow } from '../../shared/store/change-row.ts';
import { textTable } from '../commands/shared/output.ts';
import { printable, printableJson } from './printable.ts';
import type { StoredRecord } from './record.ts';

/** A resource as lines of text: the columns of its row, and the resource as the service returns it. */
export function recordText({ service, id, rowKey, row, resource, unreadable }: StoredRecord, tenant: string): string {
  const cells = Object.entries(row).map(([name, cell]) => [`  ${printable(name)}`, printable(String(cell))]);
  return [
    `${tenant}, ${service}: ${printable(id)}`,
    ...(unreadable.length > 0 ? [`Cannot be read: ${unreadable.join(', ')}. For details, run npm run audit.`] : []),
    `Stored in the row ${printable(rowKey)}:`,
    `${textTable(cells)}Returned by the service:`,
    `${printableJson(resource, 2)}\n`,
  ].join('\n');
}

/** A page of a history as lines of text. */
export const changesText = ({ changes, damaged }: ChangePage): string =>
  [...changes.map(changeLine), ...damaged.map((rowKey) => `  cannot be read: ${printable(rowKey)}\n`)].join('');

function changeLine({ at, change, attributes, token }: ChangeRow): string {
  const time = at.toISOString().slice(0, 19).replace('T', ' ');
  return `  ${time} UTC  ${change.padEnd(8)}  token ${printable(token)}  ${printable(attributes.join(' '))}`
    .trimEnd()
    .concat('\n');
}
