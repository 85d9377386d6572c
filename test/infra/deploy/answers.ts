/**
 * What Azure answers, in the documented shapes; each with the page that it follows. Ids and names are made up.
 */
import type { Ended } from '../../../infra/deploy/external.ts';

export const SUBSCRIPTION = '5b1f6471-1bf0-4dda-aec3-cb9272f09590';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-bookme-scim-test`;
export const APP = 'func-bookme-test-abc123';
export const DEFAULT_HOST = `${APP}.azurewebsites.net`;
export const PUBLIC_HOST = 'api.test-env.booking.andmoney.dk';

const says = (answer: unknown): Ended => ({ code: 0, stdout: JSON.stringify(answer, undefined, 2), stderr: '' });
const fails = (code: number, stderr: string): Ended => ({ code, stdout: '', stderr: `ERROR: ${stderr}\n` });

/** https://learn.microsoft.com/cli/azure/reference-index#az-version; as the real one prints it. */
export const version = (cli: string): Ended =>
  says({ 'azure-cli': cli, 'azure-cli-core': cli, 'azure-cli-telemetry': '1.1.0', extensions: {} });

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

/** azure-cli, core/_profile.py: the sentence of a CLI that nobody is signed in to, as the real one prints it. */
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

/** https://learn.microsoft.com/rest/api/resources/deployments/what-if, the answer to "Predict template changes at resource group scope" */
export const whatIf = (...changes: readonly object[]): Ended =>
  says({ changes, error: null, potentialChanges: null, diagnostics: null, status: 'Succeeded' });

const resource = (name: string) => `${GROUP}/providers/${name}`;
export const unchanged = {
  changeType: 'NoChange',
  delta: [],
  resourceId: resource('Microsoft.KeyVault/vaults/kv-bookme-abc123'),
};
export const foreign = { changeType: 'Ignore', delta: null, resourceId: resource('Microsoft.Web/sites/of-others') };
export const created = {
  changeType: 'Create',
  delta: null,
  resourceId: resource('Microsoft.Insights/metricAlerts/latency'),
};
export const deleted = {
  changeType: 'Delete',
  delta: null,
  resourceId: resource('Microsoft.Insights/metricAlerts/old'),
};
export const modified = {
  changeType: 'Modify',
  resourceId: resource(`Microsoft.Web/sites/${APP}`),
  delta: [
    {
      path: 'properties.siteConfig.http20Enabled',
      propertyChangeType: 'Modify',
      before: false,
      after: true,
      children: null,
    },
    { path: 'tags.Owner', propertyChangeType: 'Delete', before: 'Team A', after: null, children: null },
    { path: 'properties.sku', propertyChangeType: 'NoEffect', before: null, after: 'FlexConsumption', children: null },
  ],
};

/** https://learn.microsoft.com/rest/api/resources/deployments/get#deploymentextended; the outputs are those of infra/main.bicep. */
export const deployment = ({ host = PUBLIC_HOST, isRestricted = false } = {}): Ended =>
  says({
    id: `${GROUP}/providers/Microsoft.Resources/deployments/scim-test-20261124T080000`,
    name: 'scim-test-20261124T080000',
    properties: {
      mode: 'Incremental',
      provisioningState: 'Succeeded',
      outputs: {
        advisorsTenantUrl: { type: 'String', value: `https://${host}/advisors/scim` },
        roomsTenantUrl: { type: 'String', value: `https://${host}/rooms/scim` },
        keyVaultName: { type: 'String', value: 'kv-bookme-abc123' },
        keyVaultUri: { type: 'String', value: 'https://kv-bookme-abc123.vault.azure.net/' },
        functionAppName: { type: 'String', value: APP },
        defaultHostName: { type: 'String', value: DEFAULT_HOST },
        domainVerificationId: { type: 'String', value: '0123456789ABCDEF' },
        restrictedToEntra: { type: 'Bool', value: isRestricted },
      },
    },
    resourceGroup: 'rg-bookme-scim-test',
    type: 'Microsoft.Resources/deployments',
  });

/**
 * A deployment whose real cause stands three levels deep, and there as JSON in a text:
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors and
 * https://github.com/Azure/azure-cli/issues/13926, https://github.com/microsoft/mwt-ds/issues/8
 */
export const failedDeployment = fails(
  1,
  JSON.stringify({
    status: 'Failed',
    error: {
      code: 'DeploymentFailed',
      target: `${GROUP}/providers/Microsoft.Resources/deployments/scim-test-20261124T080000`,
      message: 'At least one resource deployment operation failed. Please list deployment operations for details.',
      details: [
        {
          code: 'ResourceDeploymentFailure',
          target: `${GROUP}/providers/Microsoft.Resources/deployments/app`,
          message:
            "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
          details: [
            {
              code: 'Conflict',
              message: JSON.stringify({
                error: {
                  code: 'SubscriptionIsOverQuotaForSku',
                  message: 'This region has quota of 0 FlexConsumption instances for your subscription.',
                },
              }),
            },
          ],
        },
        {
          code: 'AuthorizationFailed',
          target: `${GROUP}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-1111-1111-111111111111`,
          message:
            "The client 'operator@andmoney.dk' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write'.",
        },
      ],
    },
  }),
);

/** An error of the Bicep compiler, which az passes on: https://learn.microsoft.com/azure/azure-resource-manager/bicep/diagnostics/bcp057 */
export const doesNotCompile = fails(
  1,
  'infra/main.bicep(3,12) : Error BCP057: The name "prefx" does not exist in the current context.',
);

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
export const healthy = () => Response.json({ status: 'ok' });
export const degraded = () => Response.json({ status: 'degraded', degraded: ['tokens'] }, { status: 503 });

/** App Service's page for an address that no rule lets in: https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions */
export const forbidden = () =>
  new Response('<!DOCTYPE html><html><head><title>Web App - Unavailable</title></head></html>', {
    status: 403,
    statusText: 'Ip Forbidden',
    headers: { 'content-type': 'text/html' },
  });

/** fetch's error for a host name that nobody knows (https://nodejs.org/api/errors.html#common-system-errors) */
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
