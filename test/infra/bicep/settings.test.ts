import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../shared/config.ts';
import { services } from '../../../shared/services/services.ts';
import { readSnapshot, resourceOf, SNAPSHOTS, type SnapshotName, storageOf } from './snapshot.ts';

const settingsOf = (environment: SnapshotName): Record<string, string> =>
  resourceOf(environment, 'Microsoft.Web/sites/config').properties as Record<string, string>; // the resource type's shape

describe.each(SNAPSHOTS)('settings of %s', (environment) => {
  const settings = settingsOf(environment);

  test('are the ones that the service needs; the others have defaults in shared/config.ts', () => {
    const given = Object.keys(settings).filter((name) => /^(SCIM_|AZURE_)/.test(name));
    expect(given.toSorted()).toEqual(['AZURE_CLIENT_ID', 'SCIM_KEY_VAULT_URI', 'SCIM_PUBLIC_URL', 'SCIM_TABLES']);
  });

  test('name the key vault, the tables and the identity of this environment', () => {
    expect(settings['SCIM_TABLES']).toContain(`'${storageOf(environment, 'data').name}'`);
    expect(settings['SCIM_KEY_VAULT_URI']).toContain(`'${resourceOf(environment, 'Microsoft.KeyVault/vaults').name}'`);
    expect(settings['AZURE_CLIENT_ID']).toContain(
      resourceOf(environment, 'Microsoft.ManagedIdentity/userAssignedIdentities').id,
    );
  });

  test('are accepted by the service', () => {
    expect(configOf(settings).publicUrl).toBe(settings['SCIM_PUBLIC_URL']);
  });

  test('let the host reach its storage and send telemetry with the identity', () => {
    expect(settings).toMatchObject({
      AzureWebJobsStorage__accountName: storageOf(environment, 'host').name,
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: settings['AZURE_CLIENT_ID'],
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: expect.stringMatching(/ClientId=.*;Authorization=AAD/),
      APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringContaining(
        resourceOf(environment, 'Microsoft.Insights/components').id,
      ),
    });
    expect(settings).not.toHaveProperty('AzureWebJobsStorage');
  });
});

/** The addresses are expressions, because only Azure knows the suffixes of the cloud. */
const configOf = (settings: Readonly<Record<string, string>>) =>
  readConfig({
    ...settings,
    SCIM_TABLES: 'https://data.table.core.windows.net',
    SCIM_KEY_VAULT_URI: 'https://vault.vault.azure.net',
  });

describe('the outputs', () => {
  test.each([
    ['test', 'https://api.test-env.booking.andmoney.dk'],
    ['production', 'https://api.booking.andmoney.dk'],
  ] as const)('of %s are the Tenant URLs of all services, under %s', (environment, publicUrl) => {
    expect(settingsOf(environment)['SCIM_PUBLIC_URL']).toBe(publicUrl);
    expect(readSnapshot(environment).outputs).toMatchObject({
      tenantUrls: Object.fromEntries(services.map(({ name }) => [name, `${publicUrl}/${name}/scim`])),
    });
  });

  test.each(SNAPSHOTS)('of %s name what a deployment and the operator commands need', (environment) => {
    expect(readSnapshot(environment).outputs).toMatchObject({
      functionAppName: resourceOf(environment, 'Microsoft.Web/sites').name,
      keyVaultUri: settingsOf(environment)['SCIM_KEY_VAULT_URI'],
      tablesUrl: settingsOf(environment)['SCIM_TABLES'],
      defaultHostName: expect.stringContaining('defaultHostName'),
    });
  });
});
