import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { conditionalDelete } from './conditional-delete.ts';

/**
 * Connects to a table: with the given identity where `tables` is an account's https address, else with a connection string (Azurite).
 * The SDK's own retries are off: they hide whether a write was tried before (see calls.ts).
 */
export function connectTable(
  tables: string,
  name: string,
  credential: () => TokenCredential,
  extra: TableServiceClientOptions = {},
): TableClient {
  const options: TableServiceClientOptions = {
    ...extra,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [conditionalDelete, ...(extra.additionalPolicies ?? [])],
  };
  if (isAccountUrl(tables)) return new TableClient(tables, name, credential(), options);
  return TableClient.fromConnectionString(tables, name, { ...options, allowInsecureConnection: true });
}

/** Whether tables are named by an account's address; then they were made by the deployment, and the identity may not make any. */
export const isAccountUrl = (tables: string): boolean => URL.parse(tables)?.protocol === 'https:';
