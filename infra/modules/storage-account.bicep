// A storage account that takes Entra identities only: no shared keys, nothing public, nothing but TLS 1.2 and later.

import { networkAccess, storageRulesFor } from 'network-rules.bicep'

param name string
param location string
@description('Standard_ZRS keeps three copies in three zones, Standard_LRS in one.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param sku string
param access networkAccess
@description('Subnets that are let in besides the app\'s, where access is restricted at all.')
param readerSubnetIds string[]
param tags { *: string }

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    isLocalUserEnabled: false
    publicNetworkAccess: 'Enabled'
    networkAcls: storageRulesFor(access, readerSubnetIds)
  }
}
