// A virtual network for the app, and private endpoints through which it reaches storage and the key vault. docs/deploy.md says what they cost.
// https://learn.microsoft.com/azure/azure-functions/functions-networking-options

import { resourceNames } from 'names.bicep'

param names resourceNames
param location string
param tags { *: string }

var hostStorageId = resourceId('Microsoft.Storage/storageAccounts', names.hostStorage)
var endpoints = [
  { name: 'host-blobs', target: hostStorageId, group: 'blob' }
  // the Functions host writes its diagnostic events to a table
  { name: 'host-tables', target: hostStorageId, group: 'table' }
  { name: 'data', target: resourceId('Microsoft.Storage/storageAccounts', names.dataStorage), group: 'table' }
  { name: 'vault', target: resourceId('Microsoft.KeyVault/vaults', names.vault), group: 'vault' }
]
// https://learn.microsoft.com/azure/private-link/private-endpoint-dns
var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, 'vault', 'vaultcore')}'
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: names.network
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.90.0.0/24'] }
    subnets: [
      {
        name: 'app'
        properties: {
          // size and delegation: https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#enable-virtual-network-integration
          addressPrefix: '10.90.0.0/25'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
          // telemetry is sent to a public address, and a new network has no outbound access by default:
          // https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
          defaultOutboundAccess: true
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.90.0.128/27', privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  }

  resource endpointSubnet 'subnets' existing = { name: 'endpoints' }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for group in items(zoneNames): {
    name: group.value
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (group, index) in items(zoneNames): {
    parent: zones[index]
    name: names.network
    location: 'global'
    tags: tags
    properties: { virtualNetwork: { id: network.id }, registrationEnabled: false }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for one in endpoints: {
    name: 'pe-${one.name}-${names.network}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
      privateLinkServiceConnections: [
        #disable-next-line use-resource-id-functions // the ids are defined above
        { name: one.name, properties: { privateLinkServiceId: one.target, groupIds: [one.group] } }
      ]
    }
    dependsOn: [links]
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (one, index) in endpoints: {
    parent: privateEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: one.group
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zoneNames[one.group]) }
        }
      ]
    }
    dependsOn: [zones]
  }
]
