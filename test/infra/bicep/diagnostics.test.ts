import { describe, expect, test } from '@jest/globals';
import { resourceOf, resourcesOf, SNAPSHOTS, scopeOf, storageOf } from './snapshot.ts';

const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';

/** The categories of each diagnostic setting, with the reason why they contain no personal data of a bank's people. */
const CATEGORIES = {
  /** These log which identity read or wrote which secret. */
  vault: ['AuditEvent'],
  /** These contain at most row keys, which are GUIDs and hashes. StorageRead would contain filters. */
  tables: ['StorageWrite', 'StorageDelete'],
  /** These log the host's leases, and who read or replaced the package. The app itself has no setting: AppServiceHTTPLogs would contain query strings, and
   * FunctionAppLogs has the same content as AppTraces. */
  packages: ['StorageRead', 'StorageWrite', 'StorageDelete'],
};

describe.each(SNAPSHOTS)('logs of %s', (environment) => {
  test('come from the key vault, the tables and the packages, in categories without personal data', () => {
    const settings = resourcesOf(environment, 'Microsoft.Insights/diagnosticSettings');
    const categories = settings.map((one) => [scopeOf(one), categoriesOf(one.properties['logs'])]);
    expect(Object.fromEntries(categories)).toEqual({
      [resourceOf(environment, 'Microsoft.KeyVault/vaults').id]: CATEGORIES.vault,
      [`${storageOf(environment, 'data').id}/tableServices/default`]: CATEGORIES.tables,
      [`${storageOf(environment, 'host').id}/blobServices/default`]: CATEGORIES.packages,
    });
  });

  test('all go to the same workspace', () => {
    const workspaceId = resourceOf(environment, WORKSPACE).id;
    for (const { properties } of resourcesOf(environment, 'Microsoft.Insights/diagnosticSettings')) {
      expect(properties).toMatchObject({ workspaceId });
    }
    expect(resourceOf(environment, 'Microsoft.Insights/components').properties).toMatchObject({
      WorkspaceResourceId: workspaceId,
      IngestionMode: 'LogAnalytics',
    });
  });

  test('can be written only with an identity, and contain no IP address of a client', () => {
    expect(resourceOf(environment, WORKSPACE).properties).toMatchObject({ features: { disableLocalAuth: true } });
    expect(resourceOf(environment, 'Microsoft.Insights/components').properties).toMatchObject({
      DisableLocalAuth: true,
      DisableIpMasking: false,
    });
  });
});

const categoriesOf = (logs: unknown): unknown =>
  Array.isArray(logs) ? logs.filter(({ enabled }) => enabled === true).map(({ category }) => category) : logs;
