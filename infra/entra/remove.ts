import { CommandError } from '../commands/shared/command-error.ts';
import { type Application, registrationOf } from './application.ts';
import { GraphError } from './graph-error.ts';
import { jobPath } from './job.ts';
import { textOf } from './json.ts';
import type { Plan } from './plan.ts';
import { readPlans, type Session } from './session.ts';

/** Deletes the applications of the chosen services. Before each deletion it lists what would be deleted, and the user types the application's name. */
export async function remove(session: Session): Promise<void> {
  for (const plan of await readPlans(session)) await removeOne(session, plan);
}

async function removeOne(session: Session, { desired, state }: Plan): Promise<void> {
  const { context } = session;
  const { application, job, assigned } = state;
  if (!application) return void context.output.write(`${desired.service.name}: there is no application.\n`);
  context.output.write(
    [
      `${desired.service.name}: this would be deleted from ${session.identity.tenantName}:`,
      `  - enterprise application "${application.name}" (${application.id}), with its app registration (${application.appId})`,
      ...(job ? [`  - provisioning job ${job.id}, with its Tenant URL, Secret Token and mappings`] : []),
      `  - ${assigned.size} assignments of users and groups (the users and groups themselves are kept)`,
      'The users that were provisioned stay at BookMe as they are now, until you ask BookMe to delete them. The Secret Tokens stay valid until BookMe revokes them.\n',
    ].join('\n'),
  );
  const typed = await context.ask(`Type the name of the application to delete it (${application.name}): `);
  if (typed.trim() !== application.name) throw new CommandError('You did not type its name, so nothing was deleted.');
  await deleteAll(session, application, job?.id);
  await (await session.creationRecord(desired.service)).forget();
  context.output.write(
    `${application.name} is deleted. Entra keeps the app registration for 30 days under Deleted applications.\n`,
  );
}

/** Deletes the job first, so that it stops provisioning, then the service principal and the app registration. */
async function deleteAll({ graph }: Session, { id, appId }: Application, job: string | undefined): Promise<void> {
  const drop = async (path: string) => {
    try {
      await graph.send('DELETE', path);
    } catch (error) {
      if (!(error instanceof GraphError) || error.status !== 404) throw error;
    }
  };
  if (job !== undefined) await drop(jobPath(id, job));
  const registration = await registrationOf(graph, appId);
  await drop(`/servicePrincipals/${id}`);
  if (registration) await drop(`/applications/${textOf(registration['id'])}`);
}
