import { CommandError } from '../commands/shared/command-error.ts';
import type { JsonRecord } from '../commands/shared/json.ts';
import type { Graph } from './graph.ts';
import { recordsOf, textOf } from './json.ts';

/** An enterprise application: a service principal of the non-gallery template. */
export interface Application {
  /** The object id of the service principal. */
  readonly id: string;
  readonly appId: string;
  readonly name: string;
  /** The id of the app role that is assigned to users and groups. */
  readonly userRole: string;
}

/** The template of "Create your own application" (learn.microsoft.com/graph/api/applicationtemplate-instantiate). */
const TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
const TAG = 'WindowsAzureActiveDirectoryCustomSingleSignOnApplication';
const FIELDS = '$select=id,appId,displayName,tags,applicationTemplateId,appRoles';

/** The non-gallery enterprise applications of the tenant, found by their template or by the tag that setup scripts set. */
export async function listApplications(graph: Graph): Promise<readonly Application[]> {
  const filters = [`applicationTemplateId eq '${TEMPLATE}'`, `tags/any(t:t eq '${TAG}')`];
  const found = new Map<string, Application>();
  for (const filter of filters) {
    const all = await graph.list(`/servicePrincipals?$filter=${encodeURIComponent(filter)}&${FIELDS}&$top=100`);
    for (const one of all.filter(isNonGallery).map(readApplication)) found.set(one.id, one);
  }
  return [...found.values()];
}

/** The application with this id. Throws GraphError if there is none. */
export async function getApplication(graph: Graph, id: string): Promise<Application> {
  const { body } = await graph.get(`/servicePrincipals/${encodeURIComponent(id)}?${FIELDS}`);
  if (isNonGallery(body)) return readApplication(body);
  throw new CommandError(
    `${textOf(body['displayName']) || id} was not created with "Create your own application", so Entra may not be able to provision from it. Give the object id of an ` +
      'enterprise application (not of an app registration), or omit --service-principal.',
  );
}

/** Creates an application and its service principal from the template. Resolves to the id of the service principal. */
export async function instantiate(graph: Graph, displayName: string): Promise<string> {
  const { body } = await graph.send('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName });
  const id = textOf((body['servicePrincipal'] as JsonRecord | undefined)?.['id']);
  if (id) return id;
  throw new CommandError(
    `Graph created the application "${displayName}", but its response contains no service principal. Run the command again: it will find the application.`,
  );
}

/** When the app registration was created; undefined if Graph does not return that. */
export async function createdOn(graph: Graph, { appId }: Application): Promise<Date | undefined> {
  const registration = await registrationOf(graph, appId);
  const time = Date.parse(textOf(registration?.['createdDateTime']));
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** The app registration of an application; undefined if it has none in this tenant. */
export async function registrationOf(graph: Graph, appId: string): Promise<JsonRecord | undefined> {
  const filter = encodeURIComponent(`appId eq '${appId}'`);
  const found = await graph.list(`/applications?$filter=${filter}&$select=id,appId,displayName,createdDateTime`);
  return found.find((one) => one['appId'] === appId);
}

const isNonGallery = ({ tags, applicationTemplateId }: JsonRecord): boolean =>
  applicationTemplateId === TEMPLATE || (Array.isArray(tags) && tags.includes(TAG));

function readApplication(body: JsonRecord): Application {
  return {
    id: textOf(body['id']),
    appId: textOf(body['appId']),
    name: textOf(body['displayName']),
    userRole: userRoleOf(body),
  };
}

/** The id of the app role "User", or of the first role that users can have. An application without roles uses the id of zeros. */
function userRoleOf({ appRoles }: JsonRecord): string {
  const forUsers = recordsOf(appRoles).filter(
    ({ isEnabled, allowedMemberTypes }) =>
      isEnabled !== false && Array.isArray(allowedMemberTypes) && allowedMemberTypes.includes('User'),
  );
  const role = forUsers.find(({ displayName }) => displayName === 'User') ?? forUsers[0];
  return textOf(role?.['id']) || '00000000-0000-0000-0000-000000000000';
}
