// Two storage accounts, which separate the app's roles for the host's blobs and for the data's tables. Both accept only Entra identities.

import { resourceNames } from 'names.bicep'

@description('The networks that can reach storage and the key vault. The caller also needs an identity with a role.')
@export()
type networkAccess = {
  @description('Whether the app uses private endpoints and other networks are blocked.')
  isPrivate: bool
  @description('Addresses of operators that are allowed even if isPrivate is true, in CIDR form.')
  addresses: string[]
  @description('Subnets that can read the tables even if isPrivate is true.')
  readerSubnetIds: string[]
}

@description('The publicNetworkAccess of storage and the key vault: disabled if isPrivate is true and nothing is admitted from outside.')
@export()
func publicAccess(access networkAccess, admitted string[]) 'Enabled' | 'Disabled' =>
  access.isPrivate && empty(admitted) ? 'Disabled' : 'Enabled'

param names resourceNames
param location string
param tables string[]
param zoneRedundant bool
param access networkAccess
param deleteLocks bool
param tags { *: string }

var workspaceId = resourceId('Microsoft.OperationalInsights/workspaces', names.workspace)
// three copies, in three zones or in one
var sku = zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
var allProperties = {
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  isLocalUserEnabled: false
}
var allRules = { bypass: 'AzureServices', defaultAction: access.isPrivate ? 'Deny' : 'Allow' }

// The leases and keys of the Functions host, and the deployed packages. It contains no data of a bank.
resource host 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: names.hostStorage
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    ...allProperties
    publicNetworkAccess: publicAccess(access, [])
    networkAcls: allRules
  }

  resource blobs 'blobServices' = {
    name: 'default'
    // a package that a deployment replaced can be restored
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource packages 'containers' = {
      name: 'app-package'
      properties: { publicAccess: 'None' }
    }
  }
}

// One table for each service.
resource data 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: names.dataStorage
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    ...allProperties
    publicNetworkAccess: publicAccess(access, [...access.addresses, ...access.readerSubnetIds])
    networkAcls: {
      ...allRules
      // a storage account does not accept /32 for a single address
      ipRules: map(access.isPrivate ? access.addresses : [], one => { value: replace(one, '/32', ''), action: 'Allow' })
      #disable-next-line use-resource-id-functions // the ids come from a parameter
      virtualNetworkRules: map(access.isPrivate ? access.readerSubnetIds : [], id => { id: id, action: 'Allow' })
    }
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource serviceTables 'tables' = [for table in tables: { name: table }]
  }
}

// Logs who read or replaced the deployed code.
#disable-next-line use-recent-api-versions // the rule suggests 2016-09-01, which is not a preview, but older
resource hostLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: host::blobs
  properties: {
    workspaceId: workspaceId
    logs: map(['StorageRead', 'StorageWrite', 'StorageDelete'], category => { category: category, enabled: true })
  }
}

// Logs the addresses of writes, which contain at most row keys (GUIDs and hashes), but not the rows. It does not log reads, because their addresses contain filters.
#disable-next-line use-recent-api-versions // as above
resource dataLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: data::tableService
  properties: {
    workspaceId: workspaceId
    logs: map(['StorageWrite', 'StorageDelete'], category => { category: category, enabled: true })
  }
}

resource hostLock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLocks) {
  name: 'no-delete'
  scope: host
  properties: {
    level: 'CanNotDelete'
    notes: 'This account contains the deployed code, without which the app does not start.'
  }
}

resource dataLock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLocks) {
  name: 'no-delete'
  scope: data
  properties: {
    level: 'CanNotDelete'
    notes: 'The tables have no backup. Entra can send everything again, but that takes hours.'
  }
}
