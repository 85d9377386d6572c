import { describe, expect, test } from '@jest/globals';
import { resourceOf, resourcesOf, SNAPSHOTS, scopeOf, storageOf } from './snapshot.ts';

const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';

test.each(SNAPSHOTS)(
  'the key vault of %s uses roles, and deleted secrets can be recovered for 90 days',
  (environment) => {
    const { properties } = resourceOf(environment, 'Microsoft.KeyVault/vaults');
    expect(properties).toMatchObject({
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
    });
    expect(properties).not.toHaveProperty('accessPolicies');
  },
);

describe('what must not be deleted', () => {
  test('is locked in production: data, packages, key vault and logs', () => {
    const locks = resourcesOf('production', 'Microsoft.Authorization/locks');
    expect(locks.map(({ properties }) => properties['level'])).toEqual(locks.map(() => 'CanNotDelete'));
    expect(locks.map(scopeOf).toSorted()).toEqual(
      [
        storageOf('production', 'data').id,
        storageOf('production', 'host').id,
        resourceOf('production', 'Microsoft.KeyVault/vaults').id,
        resourceOf('production', WORKSPACE).id,
      ].toSorted(),
    );
  });

  test('is not locked in test, which may be deleted', () => {
    expect(resourcesOf('test', 'Microsoft.Authorization/locks')).toEqual([]);
  });
});
