import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import { findUser } from './assignments.ts';
import { jobPath } from './job.ts';
import { type OnDemandAnswer, readOnDemand } from './on-demand-answer.ts';
import { patiently } from './propagation.ts';
import type { Session } from './session.ts';
import { siteFor } from './site.ts';
import { readSchema } from './state.ts';

/** Provisions the user that --user names. Resolves to the exit code: 1 if that failed. */
export async function onDemand(session: Session): Promise<number> {
  const { user = '' } = session.options;
  const [site] = await siteFor(session);
  if (!site) return 1;
  const answer = await ask(session, site, user);
  session.context.output.write(session.options.json ? `${JSON.stringify(answer, undefined, 2)}\n` : show(answer));
  return answer.result === 'Failure' ? 1 : 0;
}

/** Provisions one user as a step of apply. Throws CommandError if that failed, so that the job is not started. */
export async function provisionOne(session: Session, site: Site, user: string): Promise<void> {
  const answer = await ask(session, site, user);
  session.context.errors.write(show(answer));
  if (answer.result === 'Failure')
    throw new CommandError(
      `${user} could not be provisioned, so the job was not started. Correct the problem that the step names, then run apply again.`,
    );
}

async function ask(session: Session, { application, job, settling }: Site, who: string): Promise<OnDemandAnswer> {
  const { graph, waiting } = session;
  const user = await findUser(graph, who);
  const { ruleId } = await readSchema(graph, waiting, settling, application.id, job.id);
  waiting.progress(`Provisioning ${user.name} on demand.`);
  const parameters = [{ ruleId, subjects: [{ objectId: user.id, objectTypeName: 'User' }] }];
  const path = `${jobPath(application.id, job.id)}/provisionOnDemand`;
  const { body } = await patiently(waiting, settling, 'the job', () => graph.send('POST', path, { parameters }));
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

function show({ result, message, action, steps, changes, targetId }: OnDemandAnswer): string {
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
