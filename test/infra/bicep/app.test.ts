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

  test('speaks HTTPS with TLS 1.2 or later only, and takes no user names and passwords', () => {
    expect(app.properties).toMatchObject({
      httpsOnly: true,
      siteConfig: {
        minTlsVersion: '1.2',
        scmMinTlsVersion: '1.2',
        ftpsState: 'Disabled',
        remoteDebuggingEnabled: false,
      },
    });
    const credentials = resourcesOf(environment, `${SITE}/basicPublishingCredentialsPolicies`);
    expect(credentials.map(({ name, properties }) => [name, properties])).toEqual([
      [`${app.name}/ftp`, { allow: false }],
      [`${app.name}/scm`, { allow: false }],
    ]);
  });

  test('is replaced instance by instance, with packages that its own identity fetches from the account of the host', () => {
    const identity = resourceOf(environment, 'Microsoft.ManagedIdentity/userAssignedIdentities');
    expect(app.properties).toMatchObject({
      functionAppConfig: {
        siteUpdateStrategy: { type: 'RollingUpdate' },
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

test('test and production have instances of 2048 MB that take 32 requests at once', () => {
  for (const environment of ['test', 'production'] as const) {
    expect(resourceOf(environment, SITE).properties).toMatchObject({
      functionAppConfig: {
        scaleAndConcurrency: { instanceMemoryMB: 2048, triggers: { http: { perInstanceConcurrency: 32 } } },
      },
    });
  }
});

test('only Entra reaches production, and those who deploy where they are named', () => {
  const entra = { ipAddress: 'AzureActiveDirectory', tag: 'ServiceTag', action: 'Allow' };
  const deployers = ['192.0.2.10/32', '198.51.100.0/24'].map((ipAddress) => ({ ipAddress, action: 'Allow' }));
  expect(rulesOf('production')).toMatchObject({
    ipSecurityRestrictions: [entra],
    ipSecurityRestrictionsDefaultAction: 'Deny',
  });
  expect(rulesOf('every option')).toMatchObject({
    ipSecurityRestrictions: [entra, ...deployers],
    ipSecurityRestrictionsDefaultAction: 'Deny',
  });
  expect(rulesOf('test')).toMatchObject({ ipSecurityRestrictions: [], ipSecurityRestrictionsDefaultAction: 'Allow' });
});

const rulesOf = (environment: (typeof SNAPSHOTS)[number]) => resourceOf(environment, SITE).properties['siteConfig'];

describe('a host name that is bound for the first time', () => {
  const [first, last] = resourcesOf('every option', `${SITE}/hostNameBindings`);
  const certificate = resourceOf('every option', `${SITE}/certificates`);

  test('is bound without a certificate and then with it, in this order', () => {
    expect(first?.properties).not.toHaveProperty('sslState');
    expect(last?.properties).toMatchObject({
      sslState: 'SniEnabled',
      thumbprint: expect.stringContaining(certificate.id),
    });
    expect([first?.name, last?.name]).toEqual([
      `${resourceOf('every option', SITE).name}/scim.example.com`,
      first?.name,
    ]);
  });

  test('takes a certificate from a vault where one is named', () => {
    expect(certificate.properties).toMatchObject({ keyVaultSecretName: 'scim-example-com' });
    expect(certificate.properties).not.toHaveProperty('canonicalName');
  });
});

test('a host name that is not bound yet leaves the app under its own', () => {
  for (const environment of ['test', 'production'] as const) {
    expect(resourcesOf(environment, `${SITE}/hostNameBindings`)).toEqual([]);
    expect(resourceOf(environment, SITE).properties).toMatchObject({ siteScopedCertificatesEnabled: true });
  }
});
