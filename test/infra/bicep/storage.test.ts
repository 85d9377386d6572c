import { describe, expect, test } from '@jest/globals';
import { services } from '../../../shared/services/services.ts';
import { resourceOf, resourcesOf, SNAPSHOTS, storageOf } from './snapshot.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';

describe.each(SNAPSHOTS)('storage of %s', (environment) => {
  test('has two accounts, which separate the host from the data', () => {
    expect(resourcesOf(environment, ACCOUNT)).toHaveLength(2);
    expect(storageOf(environment, 'host').id).not.toBe(storageOf(environment, 'data').id);
  });

  test('accepts no shared keys, allows no public access and accepts only TLS 1.2 or later', () => {
    for (const { properties } of resourcesOf(environment, ACCOUNT)) {
      expect(properties).toMatchObject({
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        isLocalUserEnabled: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      });
    }
  });

  test('has one table for each service in the data account, and nothing else', () => {
    const data = storageOf(environment, 'data');
    const tables = resourcesOf(environment, `${ACCOUNT}/tableServices/tables`);
    expect(tables.map(({ id }) => id)).toEqual(
      services.map(({ name }) => `${data.id}/tableServices/default/tables/${name}`),
    );
  });

  test('keeps packages in one private container of the host account', () => {
    const container = resourceOf(environment, `${ACCOUNT}/blobServices/containers`);
    expect(container.id).toBe(`${storageOf(environment, 'host').id}/blobServices/default/containers/app-package`);
    expect(container.properties).toEqual({ publicAccess: 'None' });
  });
});

test('production keeps its three copies in three zones', () => {
  expect(resourcesOf('production', ACCOUNT).map(({ sku }) => sku?.name)).toEqual(['Standard_ZRS', 'Standard_ZRS']);
  expect(resourceOf('production', 'Microsoft.Web/serverfarms').properties).toMatchObject({ zoneRedundant: true });
});
