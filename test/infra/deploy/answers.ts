/**
 * The answers of Azure in their documented form, each with the page that documents it. Ids and names are invented.
 */
import type { Ended } from '../../../infra/deploy/az.ts';
import { services } from '../../../shared/services/services.ts';

export const SUBSCRIPTION = '5b1f6471-1bf0-4dda-aec3-cb9272f09590';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-bookme-scim-test`;
export const APP = 'func-bookme-test-abc123';
export const DEFAULT_HOST = `${APP}.azurewebsites.net`;
export const PUBLIC_HOST = 'api.test-env.booking.andmoney.dk';

const says = (answer: unknown): Ended => ({ code: 0, stdout: JSON.stringify(answer, undefined, 2), stderr: '' });
const fails = (code: number, stderr: string): Ended => ({ code, stdout: '', stderr: `ERROR: ${stderr}\n` });

/** https://learn.microsoft.com/cli/azure/manage-azure-subscriptions-azure-cli */
export const account = (state = 'Enabled'): Ended =>
  says({
    environmentName: 'AzureCloud',
    homeTenantId: '54826b22-38d6-4fb2-bad9-b7b93a3e9c5a',
    id: SUBSCRIPTION,
    isDefault: true,
    managedByTenants: [],
    name: 'BookMe test',
    state,
    tenantId: '54826b22-38d6-4fb2-bad9-b7b93a3e9c5a',
    user: { name: 'operator@andmoney.dk', type: 'user' },
  });

/** azure-cli, core/_profile.py: the message of the real CLI without a sign-in. */
export const notSignedIn = fails(1, "Please run 'az login' to setup account.");

/** azure-cli, core/_profile.py get_subscription */
export const noSuchSubscription = (name: string): Ended =>
  fails(1, `Subscription '${name}' not found. Check the spelling and casing and try again.`);

/** https://learn.microsoft.com/rest/api/resources/resource-groups/get */
export const group = (tags: object | null): Ended =>
  says({
    id: GROUP,
    location: 'westeurope',
    managedBy: null,
    name: 'rg-bookme-scim-test',
    properties: { provisioningState: 'Succeeded' },
    tags,
    type: 'Microsoft.Resources/resourceGroups',
  });

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found */
export const noSuchGroup = fails(
  3,
  "(ResourceGroupNotFound) Resource group 'rg-bookme-scim-test' could not be found.\nCode: ResourceGroupNotFound\nMessage: Resource group 'rg-bookme-scim-test' could not be found.",
);

/** https://learn.microsoft.com/rest/api/resources/deployments/get#deploymentextended; the outputs are those of infra/main.bicep. */
export const deployment = ({ host = PUBLIC_HOST, accessRules = [] as readonly object[] } = {}): Ended =>
  says({
    id: `${GROUP}/providers/Microsoft.Resources/deployments/scim-test-20261124T080000`,
    name: 'scim-test-20261124T080000',
    properties: {
      mode: 'Incremental',
      provisioningState: 'Succeeded',
      outputs: {
        tenantUrls: {
          type: 'Object',
          value: Object.fromEntries(services.map(({ name }) => [name, `https://${host}/${name}/scim`])),
        },
        keyVaultUri: { type: 'String', value: 'https://kv-bookme-abc123.vault.azure.net/' },
        tablesUrl: { type: 'String', value: 'https://stdbookmeabc123.table.core.windows.net' },
        functionAppName: { type: 'String', value: APP },
        defaultHostName: { type: 'String', value: DEFAULT_HOST },
        domainVerificationId: { type: 'String', value: '0123456789ABCDEF' },
        accessRules: { type: 'Array', value: accessRules },
        deploymentRules: { type: 'Array', value: [] },
      },
    },
    resourceGroup: 'rg-bookme-scim-test',
    type: 'Microsoft.Resources/deployments',
  });

/** An error of the Bicep compiler, which az passes on: https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp057 */
export const doesNotCompile = fails(
  1,
  'infra/main.bicep(3,12) : Error BCP057: The name "prefx" does not exist in the current context.',
);

/** The text of az deployment group what-if: https://learn.microsoft.com/azure/azure-resource-manager/bicep/deploy-what-if */
export const predicted: Ended = { code: 0, stdout: 'Resource changes: 1 to modify.\n', stderr: '' };
export const failed = fails(1, 'The template deployment failed.');
export const done: Ended = { code: 0, stdout: '', stderr: '' };

/** azure-cli, appservice/custom.py check_flex_app_after_deployment */
export const uploaded: Ended = { code: 0, stdout: '"Deployment was successful."\n', stderr: '' };
export const uploadedUnhealthy = fails(
  1,
  'Deployment was successful but the app appears to be unhealthy. Please check the app logs.',
);

/** azure-cli, appservice/custom.py enable_zip_deploy_flex; the details are of https://www.powershellgallery.com/packages/ZeroFailed.Deploy.Azure */
export const uploadTooEarly = fails(
  1,
  'An error occured during deployment. Status Code: 400, Details: BlobUploadFailedException: Failed to upload blob to storage account: Response status code does not indicate success: 403 (This request is not authorized to perform this operation using this permission.).',
);
export const uploadRefused = fails(
  1,
  'There may be an ongoing deployment. Please track your deployment in https://func-bookme-test-abc123.scm.azurewebsites.net/api/deployments/latest',
);

/** shared/http/health.ts */
export const COMMIT = '3a4f5c7d1f2e3b4c5d6e7f8091a2b3c4d5e6f708';
export const healthy = (commit = COMMIT) => Response.json({ status: 'ok', commit });
export const degraded = () => Response.json({ status: 'degraded', degraded: ['tokens'] }, { status: 503 });

export const ADDRESS = '203.0.113.7';
/** App Service's page for an address that no rule allows: https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions */
export const forbidden = () =>
  new Response('<!DOCTYPE html><html><head><title>Web App - Unavailable</title></head></html>', {
    status: 403,
    statusText: 'Ip Forbidden',
    headers: { 'content-type': 'text/html', 'x-ms-forbidden-ip': ADDRESS },
  });

/** fetch's error for an unknown host name (https://nodejs.org/api/errors.html#common-system-errors) */
export const unknownHost = (host: string): Error =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }),
  });

/** RFC 7644 sections 3.4.2 and 3.12 */
const scim = (body: object, status: number) =>
  Response.json(body, { status, headers: { 'content-type': 'application/scim+json' } });
export const emptyList = () =>
  scim({ schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0, Resources: [] }, 200);
export const tokenRefused = () =>
  scim(
    { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401', detail: 'The token is not valid.' },
    401,
  );
export const unavailable = () =>
  scim({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503', detail: 'Try again later.' }, 503);
