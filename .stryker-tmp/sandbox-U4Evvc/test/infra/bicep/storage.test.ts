// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { services } from '../../../shared/services/services.ts';
import { resourceOf, resourcesOf, SNAPSHOTS, storageOf } from './snapshot.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';

describe.each(SNAPSHOTS)('storage of %s', (environment) => {
  test('is two accounts: the host cannot meet the data', () => {
    expect(resourcesOf(environment, ACCOUNT)).toHaveLength(2);
    expect(storageOf(environment, 'host').id).not.toBe(storageOf(environment, 'data').id);
  });

  test('takes no shared keys, shows nothing to the public and speaks TLS 1.2 or later only', () => {
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

  test('has a table for each service in the account of the data, and nothing else there', () => {
    const data = storageOf(environment, 'data');
    const tables = resourcesOf(environment, `${ACCOUNT}/tableServices/tables`);
    expect(tables.map(({ id }) => id)).toEqual(
      services.map(({ name }) => `${data.id}/tableServices/default/tables/${name}`),
    );
  });

  test('keeps packages in one private container of the account of the host', () => {
    const container = resourceOf(environment, `${ACCOUNT}/blobServices/containers`);
    expect(container.id).toBe(`${storageOf(environment, 'host').id}/blobServices/default/containers/app-package`);
    expect(container.properties).toEqual({ publicAccess: 'None' });
  });
});

test('production keeps its copies in three zones', () => {
  expect(resourcesOf('production', ACCOUNT).map(({ sku }) => sku?.name)).toEqual(['Standard_ZRS', 'Standard_ZRS']);
  expect(resourceOf('production', 'Microsoft.Web/serverfarms').properties).toMatchObject({ zoneRedundant: true });
});
