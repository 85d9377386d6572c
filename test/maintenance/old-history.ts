import { randomUUID } from 'node:crypto';
import type { TransactionAction } from '@azure/data-tables';
import { changeRow, newChangeKey } from '../../shared/store/change-row.ts';
import { tableOf } from '../store/rows.ts';

/** A change row with this time, as the store writes it. */
export function oldChange(tenant: string, at: Date, change: 'created' | 'disabled' = 'created') {
  return changeRow(tenant, {
    rowKey: newChangeKey(at),
    change,
    id: randomUUID(),
    at,
    attributes: ['active'],
    token: '0123456789ab',
  });
}

/** Adds this many change rows to a tenant's history, a second apart, starting at this time. */
export async function putHistory(table: string, tenant: string, from: Date, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => oldChange(tenant, new Date(from.getTime() + at * 1_000)));
  for (let at = 0; at < count; at += 100) {
    const actions = rows.slice(at, at + 100).map((row): TransactionAction => ['create', row]);
    await tableOf(table).submitTransaction(actions);
  }
}
