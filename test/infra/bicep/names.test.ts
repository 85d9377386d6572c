import { describe, expect, test } from '@jest/globals';
import { readSnapshot, SNAPSHOTS } from './snapshot.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ALERT = /^[^*#&+:<>?@%{}\\/|]{1,260}$/;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const RULES: Readonly<Record<string, RegExp>> = {
  'Microsoft.Authorization/locks': /^[\w.()-]{1,90}$/,
  'Microsoft.Authorization/roleAssignments': GUID,
  'Microsoft.Insights/actionGroups': ALERT,
  'Microsoft.Insights/components': /^[\w.()-]{1,259}[\w()-]$/,
  'Microsoft.Insights/diagnosticSettings': ALERT,
  'Microsoft.Insights/metricAlerts': ALERT,
  'Microsoft.Insights/scheduledQueryRules': ALERT,
  'Microsoft.Insights/webtests': ALERT,
  'Microsoft.Insights/workbooks': GUID,
  'Microsoft.KeyVault/vaults': /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[a-zA-Z0-9][\w-]{2,127}$/,
  'Microsoft.Network/privateDnsZones': /^\[format\('privatelink/,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': /^\[format\('/,
  'Microsoft.Network/privateEndpoints': /^\w[\w.-]{0,62}\w$/,
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': /^default$/,
  'Microsoft.Network/virtualNetworks': /^\w[\w.-]{0,62}\w$/,
  'Microsoft.OperationalInsights/workspaces': /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
  'Microsoft.OperationalInsights/workspaces/savedSearches': /^[a-z-]+$/,
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  'Microsoft.Storage/storageAccounts/blobServices': /^default$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.Storage/storageAccounts/tableServices': /^default$/,
  'Microsoft.Storage/storageAccounts/tableServices/tables': /^[A-Za-z][A-Za-z0-9]{2,62}$/,
  'Microsoft.Web/serverfarms': /^[a-zA-Z0-9-]{1,60}$/,
  'Microsoft.Web/sites': /^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$/,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': /^(ftp|scm)$/,
  'Microsoft.Web/sites/config': /^appsettings$/,
};

/** The names that must be globally unique, because they are part of host names. */
const WORLDWIDE = ['Microsoft.KeyVault/vaults', 'Microsoft.Storage/storageAccounts', 'Microsoft.Web/sites'];

describe.each(SNAPSHOTS)('names in %s', (environment) => {
  const resources = readSnapshot(environment).predictedResources;

  test('are valid for their resource types', () => {
    const illegal = resources.filter(
      ({ type, name }) => !RULES[type]?.test(name.startsWith('[') ? name : (name.split('/').at(-1) ?? '')),
    );
    expect(illegal.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });

  test('are unique', () => {
    const ids = resources.map(({ id }) => id.toLowerCase());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are evaluated without a diagnostic', () => {
    expect(readSnapshot(environment).diagnostics).toEqual([]);
  });
});

test('names that become host names differ between the environments', () => {
  const names = SNAPSHOTS.flatMap((environment) => readSnapshot(environment).predictedResources)
    .filter(({ type }) => WORLDWIDE.includes(type))
    .map(({ name }) => name);
  expect(new Set(names).size).toBe(4 * SNAPSHOTS.length);
});
