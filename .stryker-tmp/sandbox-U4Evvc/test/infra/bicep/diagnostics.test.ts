// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { resourceOf, resourcesOf, SNAPSHOTS, scopeOf, storageOf } from './snapshot.ts';

const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';

/** What is logged by a diagnostic setting, and why it holds no personal data of a bank's people. */
const CATEGORIES = {
  /** Which identity read or wrote which secret. */
  vault: ['AuditEvent'],
  /** Row keys at most: GUIDs and hashes. StorageRead would hold filters. */
  tables: ['StorageWrite', 'StorageDelete'],
  /** Leases of the host, and who read or replaced the package. The app itself has none: AppServiceHTTPLogs would hold query strings, and
   * FunctionAppLogs says what AppTraces says. */
  packages: ['StorageRead', 'StorageWrite', 'StorageDelete'],
};

describe.each(SNAPSHOTS)('logs of %s', (environment) => {
  test('come from the vault, the tables and the packages, in categories without personal data', () => {
    const settings = resourcesOf(environment, 'Microsoft.Insights/diagnosticSettings');
    const categories = settings.map((one) => [scopeOf(one), categoriesOf(one.properties['logs'])]);
    expect(Object.fromEntries(categories)).toEqual({
      [resourceOf(environment, 'Microsoft.KeyVault/vaults').id]: CATEGORIES.vault,
      [`${storageOf(environment, 'data').id}/tableServices/default`]: CATEGORIES.tables,
      [`${storageOf(environment, 'host').id}/blobServices/default`]: CATEGORIES.packages,
    });
  });

  test('all go to the one workspace', () => {
    const workspaceId = resourceOf(environment, WORKSPACE).id;
    for (const { properties } of resourcesOf(environment, 'Microsoft.Insights/diagnosticSettings')) {
      expect(properties).toMatchObject({ workspaceId });
    }
    expect(resourceOf(environment, 'Microsoft.Insights/components').properties).toMatchObject({
      WorkspaceResourceId: workspaceId,
      IngestionMode: 'LogAnalytics',
    });
  });

  test('are written with an identity only, and keep no address of a client', () => {
    expect(resourceOf(environment, WORKSPACE).properties).toMatchObject({ features: { disableLocalAuth: true } });
    expect(resourceOf(environment, 'Microsoft.Insights/components').properties).toMatchObject({
      DisableLocalAuth: true,
      DisableIpMasking: false,
    });
  });
});

const categoriesOf = (logs: unknown): unknown =>
  Array.isArray(logs) ? logs.filter(({ enabled }) => enabled === true).map(({ category }) => category) : logs;
