import { showDate } from '../commands/shared/output.ts';
import type { Job } from './job.ts';
import { recordOf, textOf } from './json.ts';

/** The health of a job: its problems, and facts that are always shown. */
export interface Health {
  readonly problems: readonly string[];
  readonly facts: readonly string[];
}

/** What to do about a quarantine, by Graph's reason (quarantineReason). */
const advice: Readonly<Record<string, string>> = {
  TooManyDeletes:
    'one cycle had more deletions than the threshold allows. If they are right, run restart --allow-deletes (in the portal: Allow deletes). If not, correct the ' +
    'assignments or the scope. A restart without --allow-deletes does not help.',
  EncounteredQuarantineException:
    'Entra cannot connect with the Tenant URL or the Secret Token. Run npm run entra -- test, then correct the value with apply and start the job again.',
  EncounteredBaseEscrowThreshold:
    'too many users failed. Run npm run entra -- logs --failed, correct the cause, then restart.',
  EncounteredTotalEscrowThreshold:
    'too many users failed. Run npm run entra -- logs --failed, correct the cause, then restart.',
  EncounteredEscrowProportionThreshold:
    'too large a share of the users failed. Run npm run entra -- logs --failed, correct the cause, then restart.',
  QuarantinedOnDemand: 'Microsoft put the job into quarantine. Contact Microsoft support.',
  IngestionInterrupted:
    'Entra was interrupted while it read the directory. It tries again by itself; if it does not, restart the job.',
};

/** A job is late if its last cycle ended more than two intervals of 40 minutes ago. */
const LATE = 2 * 40 * 60_000;

/** The health of a job, from its status. */
export function healthOf(job: Job, now: Date): Health {
  return {
    problems: [...scheduleProblems(job), ...quarantineProblems(job), ...cycleProblems(job, now)],
    facts: factsOf(job),
  };
}

function scheduleProblems({ schedule, status }: Job): readonly string[] {
  if (schedule !== 'Active')
    return [`The job is switched off (${schedule || 'no schedule'}): run npm run entra -- start.`];
  return status === 'Paused' ? ['The job is paused: run npm run entra -- start.'] : [];
}

function quarantineProblems({ quarantine, status }: Job): readonly string[] {
  if (!quarantine && status !== 'Quarantine') return [];
  const reason = textOf(quarantine?.['reason']) || 'Unknown';
  const error = recordOf(quarantine?.['error']);
  const reported = [textOf(error['code']), textOf(error['message'])].filter(Boolean).join(': ');
  const times = [
    `since ${when(quarantine?.['seriesBegan'] ?? quarantine?.['currentBegan'])}`,
    `next attempt ${when(quarantine?.['nextAttempt'])}`,
  ];
  return [
    `The job is in quarantine (${reason}, ${times.join(', ')}): ${advice[reason] ?? 'This reason is not documented. Read the message and the provisioning logs.'}` +
      `${reported ? ` Entra reports: ${reported}` : ''} After four weeks Entra switches the job off.`,
  ];
}

function cycleProblems({ lastExecution, schedule, quarantine }: Job, now: Date): readonly string[] {
  if (!lastExecution) return [];
  const state = textOf(lastExecution['state']);
  const error = recordOf(lastExecution['error']);
  const ended = Date.parse(textOf(lastExecution['timeEnded']));
  const isLate = schedule === 'Active' && !quarantine && now.getTime() - ended > LATE;
  return [
    ...(state === 'Failed'
      ? [
          `The last cycle failed: ${[textOf(error['code']), textOf(error['message'])].filter(Boolean).join(': ') || 'Entra gives no details'}.`,
        ]
      : []),
    ...(state === 'EntryLevelErrors'
      ? ['Some users failed in the last cycle: run npm run entra -- logs --failed.']
      : []),
    ...(isLate
      ? [`The last cycle ended ${when(lastExecution['timeEnded'])}, although a cycle is due every 40 minutes.`]
      : []),
  ];
}

function factsOf({ status, lastExecution, counts }: Job): readonly string[] {
  const cycle = lastExecution
    ? `Last cycle: ${textOf(lastExecution['state'])}, ended ${when(lastExecution['timeEnded'])}; ${lastExecution['countEntitledForProvisioning'] ?? 0} in scope, ` +
      `${lastExecution['countExported'] ?? 0} written, ${lastExecution['countEscrowed'] ?? 0} failed.`
    : 'No cycle has run yet.';
  return [
    `Status: ${status || 'unknown'}.`,
    cycle,
    ...counts.map(({ kind, count }) => `Synchronized: ${count} (${kind}).`),
  ];
}

function when(value: unknown): string {
  const time = Date.parse(textOf(value));
  return Number.isNaN(time) || time < 0 ? 'unknown' : showDate(new Date(time));
}
