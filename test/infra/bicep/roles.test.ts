import { describe, expect, test } from '@jest/globals';
import { services } from '../../../shared/services/services.ts';
import { resourceOf, resourcesOf, SNAPSHOTS, scopeOf, snapshotText, storageOf } from './snapshot.ts';

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
const ROLES: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
};

const IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities';

describe.each(SNAPSHOTS)('roles in %s', (environment) => {
  const assignments = resourcesOf(environment, 'Microsoft.Authorization/roleAssignments');

  test('are only those that the service needs, each with the narrowest scope', () => {
    const tables = `${storageOf(environment, 'data').id}/tableServices/default/tables`;
    const given = assignments.map((one) => [
      ROLES[String(one.properties['roleDefinitionId']).split('/').at(-1) ?? ''],
      scopeOf(one),
    ]);
    expect(given).toEqual([
      ['Storage Blob Data Owner', storageOf(environment, 'host').id],
      // the host's diagnostic events: https://github.com/Azure/azure-functions-host/issues/10995
      ['Storage Table Data Contributor', storageOf(environment, 'host').id],
      ...services.map(({ name }) => ['Storage Table Data Contributor', `${tables}/${name}`]),
      ['Key Vault Secrets User', resourceOf(environment, 'Microsoft.KeyVault/vaults').id],
      ['Monitoring Metrics Publisher', resourceOf(environment, 'Microsoft.Insights/components').id],
    ]);
  });

  test('are all assigned to one identity, which is the only identity of the app', () => {
    const { id, apiVersion } = resourceOf(environment, IDENTITY);
    for (const { properties } of assignments) {
      expect(properties).toMatchObject({
        principalId: `[reference('${id}', '${apiVersion}').principalId]`,
        principalType: 'ServicePrincipal',
      });
    }
    const app = resourceOf(environment, 'Microsoft.Web/sites');
    expect(app).toMatchObject({ identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } } });
  });

  test('are the only way to get access: no resource uses or contains a key', () => {
    expect(snapshotText(environment)).not.toMatch(
      /listKeys|listAccountSas|AccountKey|SharedAccess|InstrumentationKey/i,
    );
  });
});
