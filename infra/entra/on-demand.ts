import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import { findUser } from './assignments.ts';
import { jobPath } from './job.ts';
import { type OnDemandResult, readOnDemand } from './on-demand-result.ts';
import { retryWhileSettling } from './propagation.ts';
import type { Session } from './session.ts';
import { siteFor } from './site.ts';
import { readSchema } from './state.ts';

/** Provisions the user in --user. Resolves to the exit code: 1 if provisioning failed. */
export async function onDemand(session: Session): Promise<number> {
  const { user = '' } = session.options;
  const [site] = await siteFor(session);
  if (!site) return 1;
  const outcome = await provision(session, site, user);
  session.context.output.write(session.options.json ? `${JSON.stringify(outcome, undefined, 2)}\n` : show(outcome));
  return outcome.result === 'Failure' ? 1 : 0;
}

/** Provisions one user as a step of apply. Throws CommandError if provisioning failed, so that the job is not started. */
export async function provisionOne(session: Session, site: Site, user: string): Promise<void> {
  const outcome = await provision(session, site, user);
  session.context.errors.write(show(outcome));
  if (outcome.result === 'Failure')
    throw new CommandError(
      `${user} could not be provisioned, so the job was not started. Correct the problem that the step names, then run apply again.`,
    );
}

async function provision(
  session: Session,
  { application, job, settling }: Site,
  userText: string,
): Promise<OnDemandResult> {
  const { graph, waiting } = session;
  const user = await findUser(graph, userText);
  const { ruleId } = await readSchema(graph, waiting, settling, application.id, job.id);
  waiting.progress(`Provisioning ${user.name} on demand.`);
  const parameters = [{ ruleId, subjects: [{ objectId: user.id, objectTypeName: 'User' }] }];
  const path = `${jobPath(application.id, job.id)}/provisionOnDemand`;
  const { body } = await retryWhileSettling(waiting, settling, 'the job', () =>
    graph.send('POST', path, { parameters }),
  );
  return readOnDemand(body);
}

/** The portal's names of the steps (learn.microsoft.com, provision-on-demand). */
const titles: Readonly<Record<string, string>> = {
  import: 'Import user',
  scoping: 'Determine if user is in scope',
  matching: 'Match user between source and target system',
  export: 'Perform action',
  referenceresolution: 'Resolve references',
  processing: 'Process',
};

function show({ result, message, action, steps, changes, targetId }: OnDemandResult): string {
  const stepLines = steps.flatMap(({ type, status, description, details }, index) => [
    `${index + 1}. ${titles[type.toLowerCase()] ?? type}: ${status}`,
    ...(description ? [`   ${description}`] : []),
    ...Object.entries(details).map(([name, value]) => `   ${name}: ${value}`),
  ]);
  const changeLines = changes.map(
    ({ name, before, after }) => `   ${name}: ${before ?? '(none)'} -> ${after ?? '(none)'}`,
  );
  const end = `Result: ${result}${action ? `, ${action}` : ''}${targetId ? `, id ${targetId}` : ''}.${message ? ` ${message}` : ''}`;
  return `${[...stepLines, ...(changeLines.length > 0 ? ['Modified attributes:', ...changeLines] : []), end].join('\n')}\n`;
}
