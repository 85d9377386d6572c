import { auditTable } from '../../shared/audit/audit.ts';
import { advisors } from '../../shared/services/advisors.ts';
import { audit, tableOf } from '../store/rows.ts';

/** The damage in a tenant's rows of the table advisors, according to the operators' audit and to a check of the tests that shares no code with the store. */
export async function brokenIn(tenant: string): Promise<readonly string[]> {
  const findings = await auditTable(tableOf('advisors'), advisors.resourceType, {
    tenant,
    pause: async () => undefined,
  });
  const own = await audit('advisors', tenant);
  return [...findings.map(({ kind, rowKey, detail }) => `${kind} ${rowKey}: ${detail}`), ...own];
}
