import { describe, expect, test } from '@jest/globals';
import { type Resource, resourceOf, resourcesOf, storageOf } from './snapshot.ts';

const ENDPOINTS = 'Microsoft.Network/privateEndpoints';
const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const vaultOf = () => resourceOf('production', 'Microsoft.KeyVault/vaults');

/** https://www.checkov.io/5.Policy%20Index/bicep.html */
describe('storage and the key vault of production are closed to all networks except their own', () => {
  const closed = { publicNetworkAccess: 'Disabled', networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' } };

  test.each(resourcesOf('production', ACCOUNT).map((one) => [one.name, one] as const))(
    'CKV_AZURE_35, CKV_AZURE_36 and CKV_AZURE_59: %s',
    (_name, { properties }) => expect(properties).toMatchObject(closed),
  );

  test('CKV_AZURE_109 and CKV_AZURE_189: the vault', () => expect(vaultOf().properties).toMatchObject(closed));
});

describe('the app of production reaches them', () => {
  const [network] = resourcesOf('production', 'Microsoft.Network/virtualNetworks');

  test('from a subnet that is delegated to Flex Consumption', () => {
    const app = resourceOf('production', 'Microsoft.Web/sites');
    expect(app.properties).toMatchObject({ virtualNetworkSubnetId: `${network?.id}/subnets/app` });
    expect(network?.properties).toMatchObject({
      subnets: [
        { name: 'app', properties: { delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }] } },
        { name: 'endpoints' },
      ],
    });
  });

  test('by a private endpoint for each of their services that it uses', () => {
    const reached = resourcesOf('production', ENDPOINTS).flatMap(({ properties }) => connectionsOf(properties));
    expect(reached).toEqual([
      [storageOf('production', 'host').id, 'blob'],
      [storageOf('production', 'host').id, 'table'],
      [storageOf('production', 'data').id, 'table'],
      [vaultOf().id, 'vault'],
    ]);
  });

  test('by names that resolve to the endpoints: each endpoint has its zone, and each zone is linked to the network', () => {
    const zones = resourcesOf('production', 'Microsoft.Network/privateDnsZones').map(({ id }) => id);
    const groups = resourcesOf('production', `${ENDPOINTS}/privateDnsZoneGroups`);
    const links = resourcesOf('production', 'Microsoft.Network/privateDnsZones/virtualNetworkLinks');
    expect(groups).toHaveLength(resourcesOf('production', ENDPOINTS).length);
    for (const { properties } of groups) {
      expect(properties).toMatchObject({
        privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: expect.stringMatching(oneOf(zones)) } }],
      });
    }
    expect(links).toHaveLength(zones.length);
  });
});

test('test has no virtual network, so that it can be called from anywhere', () => {
  expect(resourcesOf('test', 'Microsoft.Network/virtualNetworks')).toEqual([]);
  for (const { properties } of resourcesOf('test', ACCOUNT)) {
    expect(properties).toMatchObject({ publicNetworkAccess: 'Enabled', networkAcls: { defaultAction: 'Allow' } });
  }
});

const connectionsOf = (properties: Resource['properties']): readonly unknown[] => {
  const { privateLinkServiceConnections: connections } = properties;
  return Array.isArray(connections)
    ? connections.map(({ properties: { privateLinkServiceId, groupIds } }) => [privateLinkServiceId, ...groupIds])
    : [];
};

const oneOf = (texts: readonly string[]): RegExp =>
  new RegExp(`^(${texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`);
