import { expect, test } from '@jest/globals';
import { type Resource, resourceOf, type Snapshot, snapshotText } from './snapshot.ts';

/** All differences between production and test, apart from names, tags and host names. */
const DIFFERENCES = [
  // production locks the resources that must not be lost, and keeps logs longer
  'Microsoft.Authorization/locks',
  'Microsoft.OperationalInsights/workspaces: properties.retentionInDays',
  // three zones
  'Microsoft.Storage/storageAccounts: sku.name',
  'Microsoft.Web/serverfarms: properties.zoneRedundant',
  // a virtual network, and storage and a key vault that are closed to other networks
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
  'Microsoft.Network/privateEndpoints',
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
  'Microsoft.Network/virtualNetworks',
  ...['Microsoft.KeyVault/vaults', 'Microsoft.Storage/storageAccounts'].flatMap((type) => [
    `${type}: properties.networkAcls.defaultAction`,
    `${type}: properties.publicNetworkAccess`,
  ]),
  'Microsoft.Web/sites: properties.virtualNetworkSubnetId',
  // only Entra and the availability test can reach the app, and no one can reach the deployment site
  'Microsoft.Web/sites: properties.siteConfig.ipSecurityRestrictions',
  'Microsoft.Web/sites: properties.siteConfig.ipSecurityRestrictionsDefaultAction',
  'Microsoft.Web/sites: properties.siteConfig.scmIpSecurityRestrictionsDefaultAction',
];

test('production differs from test only in the listed properties', () => {
  const inTest = new Set(factsOf('test'));
  const added = factsOf('production').filter((fact) => !inTest.has(fact));
  expect([...new Set(added.map(shortened))].toSorted()).toEqual(DIFFERENCES.toSorted());
});

/** The type of a resource and the path of a property, without its index in a list and without its value. */
const shortened = (fact: string): string =>
  withoutValue(fact)
    .replace(/^(\S+) .*?(?=: |$)/, '$1')
    .replace(/\.\d+\..*$/, '');

test('test has no resource or property that production does not have', () => {
  const inProduction = new Set(factsOf('production').map(withoutValue));
  expect(
    factsOf('test')
      .map(withoutValue)
      .filter((fact) => !inProduction.has(fact)),
  ).toEqual([]);
});

/** The resources that only production has, which are not compared. */
const WHOLE = /^Microsoft\.(Authorization\/locks|Network\/)/;

const withoutValue = (fact: string): string => fact.split(' = ')[0] ?? fact;

/** Every value of every resource, one line each, without the environment's own names. */
function factsOf(environment: 'test' | 'production'): readonly string[] {
  const suffix = resourceOf(environment, 'Microsoft.Web/sites').name.split('-').at(-1) ?? '';
  const host = environment === 'test' ? 'api.test-env.booking' : 'api.booking';
  const text = snapshotText(environment)
    .replaceAll(host, 'HOST')
    .replaceAll(new RegExp(`(?<![a-z])${environment}(?![a-z])`, 'g'), 'E')
    .replaceAll(`-${suffix}`, '')
    .replaceAll(suffix, '');
  const { predictedResources }: Snapshot = JSON.parse(text);
  return predictedResources.flatMap(factsOfResource);
}

/** Ids and GUID names depend on the environment's name, so the types and scopes are compared instead. */
function factsOfResource({ id: _, ...resource }: Resource): readonly string[] {
  const name = /^[0-9a-f-]{36}$/.test(resource.name) ? 'GUID' : resource.name;
  const title = `${resource.type} ${name}`;
  if (WHOLE.test(resource.type)) return [title];
  return [title, ...leaves({ ...resource, name }).map((leaf) => `${title}: ${leaf}`)];
}

function leaves(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [`${path.join('.')} = ${JSON.stringify(value)}`];
}
