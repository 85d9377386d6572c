import { ScimError } from '../../../shared/scim/errors.ts';
import { CommandError } from '../shared/command-error.ts';
import { explain } from '../shared/explain.ts';
import type { AuditOptions } from './arguments.ts';

/** Why a table could not be read, as a sentence that says what to do. Anything else than storage's doing is returned as it is. */
export function explainFailure(error: unknown, { service, repair }: AuditOptions): unknown {
  const cause = error instanceof ScimError ? (error.cause ?? error) : error;
  if (cause instanceof Error && cause.message.includes('TableNotFound')) {
    return new CommandError(
      `The storage account has no table ${service.name}: check SCIM_TABLES. The service or its deployment makes the table.`,
    );
  }
  if (cause instanceof ScimError) return new CommandError(cause.detail);
  return explain(cause, {
    name: 'The storage account',
    role: repair ? 'Storage Table Data Contributor' : 'Storage Table Data Reader',
  });
}
