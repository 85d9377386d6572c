import { CommandError } from '../commands/shared/command-error.ts';
import { inParallel } from '../commands/shared/in-parallel.ts';
import { type Application, createdOn, getApplication, listApplications } from './application.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { retryWhileSettling, settlingAfter, type Waiting } from './propagation.ts';
import { readSettings, type Settings } from './settings.ts';
import { destinationOf, meansTenantUrl } from './tenant-urls.ts';

/** An application with its settings, which contain its Tenant URL. */
export interface Candidate {
  readonly application: Application;
  readonly settings: Settings;
}

/** The application to find. */
export interface Wanted {
  readonly tenantUrl: string;
  /** The name of an application that the command creates. */
  readonly name: string;
  /** The object id of the service principal, if it is given. */
  readonly servicePrincipal: string | undefined;
  /** Matches the names that the banks' setup script gives to applications for this service: `BookMe - SCIM integration - Advisors - 2026-11-02`. */
  readonly scriptNames: RegExp;
}

/** The non-gallery applications of a tenant, read once for all services. */
export async function readCandidates(graph: Graph, waiting: Waiting): Promise<readonly Candidate[]> {
  const applications = await listApplications(graph);
  const candidates: Candidate[] = [];
  await inParallel(applications, { width: 4 }, async (application) => {
    candidates.push({ application, settings: await readSettingsWhileSettling(graph, waiting, application) });
  });
  return candidates;
}

/**
 * Finds the application of a service: by its id if that is given, otherwise by its Tenant URL, then by its name. Returns undefined if there is none.
 * Throws CommandError with a list of the matches if there are several, because the command could change the wrong one.
 */
export async function findApplication(
  graph: Graph,
  waiting: Waiting,
  candidates: readonly Candidate[],
  wanted: Wanted,
): Promise<Candidate | undefined> {
  if (wanted.servicePrincipal !== undefined) return byId(graph, waiting, wanted.servicePrincipal, wanted);
  const byUrl = candidates.filter(({ settings }) =>
    meansTenantUrl(settings.get('BaseAddress') ?? '', wanted.tenantUrl),
  );
  if (byUrl.length > 0) return only(byUrl, `have the Tenant URL ${wanted.tenantUrl}`);
  const byName = candidates.filter(
    ({ application: { name }, settings }) =>
      fitsName(name, wanted) && destinationOf(settings.get('BaseAddress') ?? '') === undefined,
  );
  return byName.length > 0 ? only(byName, 'have its name, but no Tenant URL of BookMe') : undefined;
}

const fitsName = (name: string, wanted: Wanted): boolean =>
  name.toLowerCase() === wanted.name.toLowerCase() || wanted.scriptNames.test(name);

async function byId(graph: Graph, waiting: Waiting, id: string, wanted: Wanted): Promise<Candidate> {
  const application = await getApplication(graph, id);
  const settings = await readSettingsWhileSettling(graph, waiting, application);
  const url = settings.get('BaseAddress') ?? '';
  const destination = meansTenantUrl(url, wanted.tenantUrl) ? undefined : destinationOf(url);
  if (destination === undefined) return { application, settings };
  throw new CommandError(
    `${application.name} (${id}) provisions to ${destination}, not to ${wanted.tenantUrl}: check --service, --environment and --service-principal.`,
  );
}

function only(found: readonly Candidate[], reason: string): Candidate {
  const [one, ...more] = found;
  if (one && more.length === 0) return one;
  const lines = found.map(
    ({ application, settings }) =>
      `  ${application.id}  ${application.name}  ${settings.get('BaseAddress') ?? '(no Tenant URL)'}`,
  );
  throw new CommandError(
    [
      `${found.length} applications ${reason}, for example because a setup script ran twice. Nothing was changed:`,
      ...lines,
      'Choose one with --service-principal <id> and --service, and delete the others (npm run entra -- remove): two jobs would overwrite each other.',
    ].join('\n'),
  );
}

/** Reads the settings of an application. If Graph refuses, the call is repeated for a new application, which parts of Entra may not know yet. */
async function readSettingsWhileSettling(graph: Graph, waiting: Waiting, application: Application): Promise<Settings> {
  try {
    return await readSettings(graph, application.id);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const created = await createdOn(graph, application);
    if (!created) throw error;
    return retryWhileSettling(waiting, settlingAfter(created), `the application ${application.name}`, () =>
      readSettings(graph, application.id),
    );
  }
}
