import { randomUUID } from 'node:crypto';
import type { Settings } from './graph.ts';
import { defaultSchemaText, graphSource, RULE } from './graph-default-schema.ts';
import { unknownMember, wrongSchema, wrongSecrets } from './graph-shapes.ts';
import {
  appRoles,
  type DirectoryObject,
  type GraphTenant,
  newApplication,
  Spreading,
  type StoredApplication,
  type StoredJob,
} from './graph-tenant.ts';

export interface GraphAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Sent unchanged instead of a body. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphRequest {
  readonly tenant: GraphTenant;
  readonly settings: Settings;
  readonly now: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly origin: string;
}

const TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
const TAGS = ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', 'WindowsAzureActiveDirectoryIntegratedApp'];

/** An error as Graph returns it. `inner` is the code of an error of the provisioning service. */
export const refusal = (status: number, code: string, message: string, inner?: string): GraphAnswer => ({
  status,
  body: { error: { code, message, innerError: { 'request-id': 'a-request-id', ...(inner ? { code: inner } : {}) } } },
});

const none: GraphAnswer = { status: 204 };
const missing = refusal(
  404,
  'Request_ResourceNotFound',
  'Resource does not exist or one of its queried reference-property objects are not present.',
);

/** Answers one request. */
export async function route(request: GraphRequest): Promise<GraphAnswer> {
  const [top = '', id = '', ...rest] = request.path.split('/').slice(1).map(decodeURIComponent);
  if (top === 'organization')
    return list(request, [
      { id: request.tenant.id, displayName: 'Contoso', verifiedDomains: [{ name: request.tenant.domain }] },
    ]);
  if (top === 'me') return { status: 200, body: { userPrincipalName: 'admin@contoso.com', displayName: 'Admin' } };
  if (top === 'users')
    return found(request.tenant.users, id, (user) => ({ id: user.id, userPrincipalName: user.name }));
  if (top === 'groups') return groups(request, id);
  if (top === 'applicationTemplates') return instantiate(request, id);
  if (top === 'applications') return registrations(request, id);
  if (top === 'auditLogs') return list(request, request.tenant.log);
  if (top === 'providers') return diagnosticSettings(request, rest[1]);
  return id ? servicePrincipal(request, id, rest) : list(request, visibleApplications(request).map(principalOf));
}

const after = ({ now }: GraphRequest, madeAt: number, seconds: number): boolean => now >= madeAt + seconds * 1_000;

const visibleApplications = (request: GraphRequest): readonly StoredApplication[] =>
  request.tenant.applications.filter(({ madeAt }) => after(request, madeAt, request.settings.delays.list));

const principalOf = ({ id, appId, displayName }: StoredApplication) => ({
  id,
  appId,
  displayName,
  applicationTemplateId: TEMPLATE,
  tags: TAGS,
  appRoles,
  appRoleAssignmentRequired: true,
});

/** A page with at most two items, and the link to the next one. */
function list({ query, origin, path }: GraphRequest, items: readonly unknown[]): GraphAnswer {
  const from = Number(query.get('$skiptoken') ?? 0);
  const next = from + 2 < items.length ? { '@odata.nextLink': `${origin}/v1.0${path}?$skiptoken=${from + 2}` } : {};
  return { status: 200, body: { value: items.slice(from, from + 2), ...next } };
}

function found(
  objects: readonly DirectoryObject[],
  id: string,
  show: (object: DirectoryObject) => object,
): GraphAnswer {
  const object = objects.find((one) => one.id === id || one.name === id);
  return object ? { status: 200, body: show(object) } : missing;
}

function groups(request: GraphRequest, id: string): GraphAnswer {
  const show = ({ id: objectId, name, securityEnabled = true }: DirectoryObject) => ({
    id: objectId,
    displayName: name,
    securityEnabled,
  });
  if (id) return found(request.tenant.groups, id, show);
  const [, name] = /eq '(.*)'$/.exec(request.query.get('$filter') ?? '') ?? [];
  return list(request, request.tenant.groups.filter((one) => one.name === name).map(show));
}

function instantiate({ tenant, now, body }: GraphRequest, template: string): GraphAnswer {
  if (template !== TEMPLATE) return missing;
  const { displayName, ...more } = JSON.parse(body);
  if (typeof displayName !== 'string' || Object.keys(more).length > 0)
    return refusal(400, 'Request_BadRequest', 'displayName is the one parameter.');
  const application = newApplication(displayName, now);
  tenant.applications.push(application);
  return {
    status: 201,
    body: {
      application: { id: application.objectId, appId: application.appId },
      servicePrincipal: principalOf(application),
    },
  };
}

function registrations(request: GraphRequest, id: string): GraphAnswer {
  const { applications } = request.tenant;
  const show = (one: StoredApplication) => ({
    id: one.objectId,
    appId: one.appId,
    createdDateTime: new Date(one.madeAt).toISOString(),
  });
  if (!id)
    return list(request, applications.filter(({ appId }) => request.query.get('$filter')?.includes(appId)).map(show));
  const at = applications.findIndex(({ objectId }) => objectId === id);
  if (at >= 0 && request.method === 'DELETE') applications.splice(at, 1);
  return at >= 0 ? none : missing;
}

function diagnosticSettings({ tenant, method, body }: GraphRequest, name = ''): GraphAnswer {
  if (method === 'PUT') tenant.diagnosticSettings.set(name, { name, ...JSON.parse(body) });
  return { status: 200, body: { value: [...tenant.diagnosticSettings.values()] } };
}

async function servicePrincipal(
  request: GraphRequest,
  id: string,
  [kind, part, job, action, more]: readonly string[],
): Promise<GraphAnswer> {
  const { delays } = request.settings;
  const application = request.tenant.applications.find((one) => one.id === id);
  if (!application || !after(request, application.madeAt, delays.application)) return missing;
  if (!kind) return request.method === 'DELETE' ? none : { status: 200, body: principalOf(application) };
  if (kind === 'appRoleAssignedTo') return assignments(request, application);
  if (!after(request, application.madeAt, delays.synchronization)) return unsettled(request);
  if (part === 'secrets') return secrets(request, application);
  if (part === 'templates')
    return list(request, after(request, application.madeAt, delays.templates) ? [{ id: 'scim', default: true }] : []);
  return job
    ? jobActions(request, application, job, [action, more].filter(Boolean).join('/'))
    : jobs(request, application);
}

/** The answer of the provisioning service about an application that it does not know yet. */
const unsettled = ({ now }: GraphRequest): GraphAnswer =>
  [refusal(401, 'Unauthorized', ''), refusal(403, 'Forbidden', 'An unknown error has occurred.'), missing][
    Math.floor(now / 1_000) % 3
  ] ?? missing;

function assignments(request: GraphRequest, { id, assignments: all }: StoredApplication): GraphAnswer {
  if (request.method === 'GET') return list(request, all);
  const { principalId, resourceId, appRoleId, ...more } = JSON.parse(request.body);
  const known = [...request.tenant.users, ...request.tenant.groups].some((one) => one.id === principalId);
  if (!known || resourceId !== id || !appRoles.some((role) => role.id === appRoleId) || Object.keys(more).length > 0)
    return refusal(400, 'Request_BadRequest', 'The assignment is not well formed.');
  if (all.some((one) => one.principalId === principalId))
    return refusal(400, 'Request_BadRequest', 'Permission being assigned already exists on the object');
  all.push({ principalId, appRoleId });
  return { status: 201, body: { id: randomUUID(), principalId } };
}

function secrets(request: GraphRequest, { secrets: stored }: StoredApplication): GraphAnswer {
  if (request.method === 'GET') {
    const shown = [...stored.read(request.now)].map(([key, value]) => ({
      key,
      value: key === 'SecretToken' ? '*' : value,
    }));
    return { status: 200, body: { value: shown } };
  }
  if (request.method !== 'PUT') return refusal(405, 'Request_BadRequest', 'Use PUT.');
  const body = JSON.parse(request.body);
  const wrong = wrongSecrets(body);
  if (wrong) return refusal(400, 'UnknownError', wrong, wrong);
  const merged = new Map(stored.current);
  for (const { key, value } of body.value) merged.set(key, value);
  stored.write(merged, request.now + request.settings.delays.write * 1_000);
  return none;
}

function jobs(request: GraphRequest, application: StoredApplication): GraphAnswer {
  const { delays } = request.settings;
  if (request.method === 'GET')
    return list(request, application.jobs.filter(({ madeAt }) => after(request, madeAt, delays.jobList)).map(jobOf));
  if (JSON.parse(request.body).templateId !== 'scim' || !after(request, application.madeAt, delays.templates))
    return refusal(400, 'BadRequest', 'The template is not known.');
  const id = `scim.${request.tenant.id.replaceAll('-', '')}.${application.appId}${application.jobs.length || ''}`;
  application.jobs.push(newJob(id, request.now));
  return { status: 201, body: { id, templateId: 'scim', schedule: { state: 'Disabled' } } };
}

export const newJob = (id: string, madeAt: number): StoredJob => ({
  ...{ id, templateId: 'scim', madeAt, state: 'Disabled', quarantine: null, lastExecution: null, initialCycles: 0 },
  schema: new Spreading(defaultSchemaText(id, `Date:${new Date(madeAt).toISOString()}`)),
});

const jobOf = ({ id, templateId, state, quarantine, lastExecution }: StoredJob) => ({
  ...{ id, templateId, schedule: { expiration: null, interval: 'PT40M', state } },
  status: {
    code: quarantine ? 'Quarantine' : state === 'Active' ? 'Active' : 'Paused',
    quarantine,
    lastExecution,
    progress: [],
    synchronizedEntryCountByType: [],
  },
});

async function jobActions(
  request: GraphRequest,
  application: StoredApplication,
  id: string,
  action: string,
): Promise<GraphAnswer> {
  const job = application.jobs.find((one) => one.id === id);
  if (!job) return missing;
  if (!after(request, job.madeAt, request.settings.delays.job))
    return Math.floor(request.now / 1_000) % 2 ? missing : refusal(409, 'Conflict', 'Another operation is under way.');
  const actions: Readonly<Record<string, () => GraphAnswer | Promise<GraphAnswer>>> = {
    'GET ': () => ({ status: 200, body: jobOf(job) }),
    'DELETE ': () => (application.jobs.splice(application.jobs.indexOf(job), 1).length > 0 ? none : missing),
    'GET schema': () => ({ status: 200, text: job.schema.read(request.now) }),
    'PUT schema': () => putSchema(request, job),
    'POST schema/parseExpression': () => parse(JSON.parse(request.body)),
    'POST validateCredentials': () => validate(request, application, job),
    'POST provisionOnDemand': () => onDemand(request),
    'POST start': () => setState(job, 'Active'),
    'POST pause': () => setState(job, 'Paused'),
    'POST restart': () => restart(job, request.body ? JSON.parse(request.body) : {}),
  };
  return (
    (await actions[`${request.method} ${action}`]?.()) ??
    refusal(
      404,
      'UnknownError',
      `No HTTP resource was found that matches the request URI 'https://syncfabric.windowsazure.com/${action}'`,
    )
  );
}

function putSchema(request: GraphRequest, job: StoredJob): GraphAnswer {
  const wrong = wrongSchema(request.body, job.schema.current);
  if (wrong) return refusal(wrong.status, 'SchemaInvalid', wrong.message);
  const version = `Date:${new Date(request.now).toISOString()}, ActivityId:${randomUUID()}`;
  job.schema.write(
    request.body.replace(/"version"\s*:\s*"[^"]*"/, `"version": "${version}"`),
    request.now + request.settings.delays.write * 1_000,
  );
  job.initialCycles += 1;
  return none;
}

function parse(body: Record<string, unknown>): GraphAnswer {
  const wrong = unknownMember(body, 'expression', 'testInputObject', 'targetAttributeDefinition');
  if (wrong) return refusal(400, 'BadRequest', wrong);
  const parsedExpression = graphSource(String(body['expression']));
  return {
    status: 200,
    body: { error: null, parsingSucceeded: true, evaluationSucceeded: false, evaluationResult: [], parsedExpression },
  };
}

async function validate(
  { settings, body }: GraphRequest,
  { secrets: stored }: StoredApplication,
  job: StoredJob,
): Promise<GraphAnswer> {
  const wrong = unknownMember(JSON.parse(body), 'useSavedCredentials', 'credentials', 'templateId');
  if (wrong) return refusal(400, 'BadRequest', wrong);
  const { mappings } = usersIn(job);
  const [first] = mappings
    .filter((one) => one.matchingPriority > 0)
    .toSorted((a, b) => a.matchingPriority - b.matchingPriority);
  const [baseAddress, token] = [stored.current.get('BaseAddress') ?? '', stored.current.get('SecretToken') ?? ''];
  if (!baseAddress || !token) return refusal(400, 'BadRequest', 'No credentials are saved.', 'CredentialsMissing');
  const code = await settings.probe({ baseAddress, token, attribute: first?.targetAttributeName ?? '' });
  return code ? refusal(400, 'BadRequest', `The credentials are not accepted (${code}).`, code) : none;
}

export interface StoredMapping {
  readonly targetAttributeName: string;
  readonly matchingPriority: number;
  readonly flowType: string;
  readonly source: {
    readonly expression: string;
    readonly name: string;
    readonly type: string;
    readonly parameters: readonly unknown[];
  };
}

/** The stored mappings of users, and whether groups are provisioned. */
export function usersIn(job: StoredJob): {
  readonly mappings: readonly StoredMapping[];
  readonly groupsEnabled: boolean;
} {
  const [rule] = JSON.parse(job.schema.current).synchronizationRules;
  const object = (name: string) =>
    rule.objectMappings.find((one: { readonly sourceObjectName: string }) => one.sourceObjectName === name);
  return { mappings: object('User').attributeMappings, groupsEnabled: object('Group').enabled };
}

function onDemand({ tenant, body }: GraphRequest): GraphAnswer {
  const [{ ruleId, subjects }] = JSON.parse(body).parameters;
  const user = tenant.users.find(({ id }) => id === subjects[0].objectId);
  if (ruleId !== RULE || subjects[0].objectTypeName !== 'User' || !user)
    return refusal(400, 'BadRequest', `The job does not include the rule: ${ruleId}.`, 'RequestParameterInvalid');
  const steps = [
    { name: 'EntryImport', type: 'Import', status: 'Success', description: `Retrieved user '${user.name}'` },
    {
      name: 'EntrySynchronizationScoping',
      type: 'Scoping',
      status: 'Success',
      details: { Assigned: 'True', IsEffectivelyEntitledForProvisioning: 'True' },
    },
    { name: 'EntryMatching', type: 'Matching', status: 'Success', description: 'No match' },
    { name: 'EntryExportAdd', type: 'Export', status: 'Success', description: 'Created' },
  ];
  const value = {
    action: 'Create',
    provisioningSteps: steps,
    modifiedProperties: [{ displayName: 'userName', oldValue: null, newValue: user.name }],
    targetIdentity: { id: user.id },
    statusInfo: { status: 'Success' },
  };
  return {
    status: 200,
    body: { key: JSON.stringify({ result: 'Success', details: {} }), value: JSON.stringify(value) },
  };
}

function setState(job: StoredJob, state: 'Active' | 'Paused'): GraphAnswer {
  if (job.initialCycles === 0 && state === 'Active') job.initialCycles = 1;
  job.state = state;
  job.quarantine = null;
  return none;
}

function restart(job: StoredJob, { criteria }: { readonly criteria?: { readonly resetScope?: string } }): GraphAnswer {
  const scopes = (criteria?.resetScope ?? 'Watermark, Escrows, QuarantineState').split(', ');
  if (!scopes.every((one) => ['Watermark', 'Escrows', 'QuarantineState', 'Full', 'ForceDeletes', 'None'].includes(one)))
    return refusal(400, 'BadRequest', 'An unknown scope.');
  if (scopes.includes('Watermark')) job.initialCycles += 1;
  if (scopes.includes('QuarantineState') || scopes.includes('ForceDeletes')) job.quarantine = null;
  return none;
}
