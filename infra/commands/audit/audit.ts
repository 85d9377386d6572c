import type { TokenCredential } from '@azure/identity';
import { auditing } from '../../../shared/audit/audit.ts';
import type { Patience } from '../../../shared/store/calls.ts';
import { connectTable } from '../../../shared/store/connect.ts';
import { command } from '../shared/command.ts';
import { LONGEST_CALL } from '../shared/explain.ts';
import type { Output } from '../shared/output.ts';
import { type AuditOptions, readArguments, usage } from './arguments.ts';
import { explainFailure } from './explain-failure.ts';
import { tallyFindings } from './tally.ts';

/** What the command needs of the process that it runs in. */
export interface Surroundings {
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The caller's own sign-in to Azure. */
  readonly credential: () => TokenCredential;
}

/** More time than a request has: nobody waits for a page of an audit. */
const PATIENCE: Patience = { attempt: LONGEST_CALL / 3, request: LONGEST_CALL, attempts: 3, pause: 500 };

/** Reads a service's table and shows what is wrong. Returns the exit code: 0, 1 where something is wrong, 2 where it could not be read. */
export const audit = command({ usage, readArguments, run, failed: 2 });

async function run(options: AuditOptions, { output, credential }: Surroundings): Promise<number> {
  const { service, tenant, repair, tables } = options;
  const tally = tallyFindings(repair);
  try {
    const table = connectTable(tables, service.name, credential);
    const narrowed = tenant === undefined ? {} : { tenant };
    const findings = auditing(table, service.resourceType, { ...narrowed, repair, patience: PATIENCE });
    let next = await findings.next();
    for (; !next.done; next = await findings.next()) output.write(`${tally.add(next.value)}\n`);
    output.write(`${tally.summary(next.value)}\n`);
    return tally.standing() > 0 ? 1 : 0;
  } catch (error) {
    throw explainFailure(error, options);
  }
}
