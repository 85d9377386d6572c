import { describe, expect, test } from '@jest/globals';
import { resourceOf, resourcesOf, SNAPSHOTS, storageOf } from './snapshot.ts';

const SITE = 'Microsoft.Web/sites';

describe.each(SNAPSHOTS)('the app of %s', (environment) => {
  const app = resourceOf(environment, SITE);

  test('runs Node 24 on Linux on Flex Consumption', () => {
    const plan = resourceOf(environment, 'Microsoft.Web/serverfarms');
    expect(plan).toMatchObject({
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      properties: { reserved: true },
    });
    expect(app).toMatchObject({
      kind: 'functionapp,linux',
      properties: { serverFarmId: plan.id, functionAppConfig: { runtime: { name: 'node', version: '24' } } },
    });
  });

  test('has only site configuration that Flex Consumption accepts', () => {
    // https://github.com/Azure/azure-cli/issues/31414: a whole configuration was sent, and refused were only FtpsState, Use32BitWorkerProcess,
    // PreWarmedInstanceCount, NetFrameworkVersion and FunctionsRuntimeScaleMonitoringEnabled (error 51021). These are of the ones that were not:
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/function_app_flex_consumption#site_config
    const taken = /^(min|scmMin)TlsVersion$|^http20Enabled$|^(ip|scmIp)SecurityRestrictions(DefaultAction|UseMain)?$/;
    expect(Object.keys(app.properties['siteConfig'] ?? {}).filter((name) => !taken.test(name))).toEqual([]);
  });

  test('accepts only HTTPS with TLS 1.2 or later, and no user names and passwords', () => {
    expect(app.properties).toMatchObject({
      httpsOnly: true,
      siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2' },
    });
    const credentials = resourcesOf(environment, `${SITE}/basicPublishingCredentialsPolicies`);
    expect(credentials.map(({ name, properties }) => [name, properties])).toEqual([
      [`${app.name}/ftp`, { allow: false }],
      [`${app.name}/scm`, { allow: false }],
    ]);
  });

  test('reads its packages from the storage account of the host with its own identity', () => {
    const identity = resourceOf(environment, 'Microsoft.ManagedIdentity/userAssignedIdentities');
    expect(app.properties).toMatchObject({
      functionAppConfig: {
        deployment: {
          storage: {
            type: 'blobContainer',
            value: expect.stringContaining(`'${storageOf(environment, 'host').name}'`),
            authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id },
          },
        },
      },
    });
  });
});

test('test and production have instances of 2048 MB that process 32 requests at the same time', () => {
  for (const environment of ['test', 'production'] as const) {
    expect(resourceOf(environment, SITE).properties).toMatchObject({
      functionAppConfig: {
        scaleAndConcurrency: { instanceMemoryMB: 2048, triggers: { http: { perInstanceConcurrency: 32 } } },
      },
    });
  }
});

describe('only Entra and the availability test can reach production', () => {
  const { siteConfig } = resourceOf('production', SITE).properties;

  test('and its deployment site is closed', () => {
    const tags = ['AzureActiveDirectory', 'ApplicationInsightsAvailability'];
    expect(siteConfig).toMatchObject({
      ipSecurityRestrictions: tags.map((ipAddress) => ({ ipAddress, tag: 'ServiceTag', action: 'Allow' })),
      ipSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsUseMain: false,
      scmIpSecurityRestrictions: [],
      scmIpSecurityRestrictionsDefaultAction: 'Deny',
    });
  });

  test('while every client can reach test', () => {
    expect(resourceOf('test', SITE).properties['siteConfig']).toMatchObject({
      ipSecurityRestrictions: [],
      ipSecurityRestrictionsDefaultAction: 'Allow',
      scmIpSecurityRestrictionsDefaultAction: 'Allow',
    });
  });
});

test('the app allows its own certificate, which must be set when the app is created', () => {
  for (const environment of SNAPSHOTS)
    expect(resourceOf(environment, SITE).properties).toMatchObject({ siteScopedCertificatesEnabled: true });
});
