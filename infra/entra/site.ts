import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import type { Plan } from './plan.ts';
import { readPlans, type Session } from './session.ts';

/** The applications and their jobs, for actions that need an existing job. Throws CommandError if one of them is missing. */
export async function siteFor(session: Session): Promise<readonly Site[]> {
  return (await readPlans(session)).map(siteOf);
}

/** The application and the job of a plan. Throws CommandError. */
export function siteOf({ desired, state }: Plan): Site {
  const { application, job, settling } = state;
  if (application && job) return { application, job, desired, settling };
  const missing = application
    ? `The application ${application.name} has no provisioning job`
    : `There is no application for ${desired.tenantUrl}`;
  throw new CommandError(`${missing}: run npm run entra -- apply first.`);
}
