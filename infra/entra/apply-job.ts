import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import { jobPath } from './job.ts';
import { retryWhileSettling } from './propagation.ts';
import type { SecretToken } from './secret-token.ts';
import type { Session } from './session.ts';
import { testConnection } from './test-connection.ts';

/** BookMe accepts a new token within 30 seconds. So the test is tried this many times, with this many seconds between. */
const TRIES = 6;
const BETWEEN = 10;

/** Tests the connection with the stored credentials. Throws CommandError if the test fails. */
export async function requireConnection(
  { graph, waiting }: Session,
  { application, job, settling }: Site,
  secret: SecretToken | undefined,
): Promise<void> {
  waiting.progress('Testing the connection.');
  for (let tries = secret?.isNew ? TRIES : 1; ; tries -= 1) {
    const problem = await testConnection(graph, waiting, settling, application.id, job.id);
    if (problem === undefined) return;
    if (tries <= 1)
      throw new CommandError(`Test Connection failed, so the following steps were not carried out.\n${problem}`);
    waiting.progress(`BookMe does not accept the new token yet: trying again in ${BETWEEN} seconds.`);
    await waiting.wait(BETWEEN);
  }
}

/** Starts a job that is off, paused or in quarantine. */
export async function startJob(
  { graph, waiting }: Session,
  { application, job, settling }: Pick<Site, 'application' | 'job' | 'settling'>,
): Promise<void> {
  waiting.progress('Starting the provisioning job.');
  await retryWhileSettling(waiting, settling, 'the job', () =>
    graph.send('POST', `${jobPath(application.id, job.id)}/start`),
  );
}

/** The reset scope of Restart provisioning in the portal; ForceDeletes corresponds to Allow deletes (Graph's synchronizationJobRestartCriteria). */
export type ResetScope = 'Watermark, Escrows, QuarantineState' | 'ForceDeletes';

/** Starts a new initial cycle, or lets through the deletions that Entra holds back. */
export async function restartJob(
  { graph, waiting }: Session,
  { application, job }: Pick<Site, 'application' | 'job'>,
  resetScope: ResetScope = 'Watermark, Escrows, QuarantineState',
): Promise<void> {
  waiting.progress('Restarting the provisioning job.');
  await graph.send('POST', `${jobPath(application.id, job.id)}/restart`, { criteria: { resetScope } });
}
