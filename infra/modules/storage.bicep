// Two storage accounts, so that the app's role on the host's blobs and its role on the data's tables do not meet. Both take Entra identities only.

import { resourceNames } from 'names.bicep'

@description('Who reaches storage and vault over the network. An identity with a role is needed besides.')
@export()
type networkAccess = {
  @description('Whether the app comes through private endpoints and other networks are kept out.')
  isPrivate: bool
  @description('Addresses of operators that are let in nevertheless, in CIDR form.')
  addresses: string[]
  @description('Subnets that read the tables nevertheless.')
  readerSubnetIds: string[]
}

@description('What storage and vault say of the public network: nothing passes where it is closed and nobody is admitted nevertheless.')
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
// three copies in three zones, or in one
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

// The Functions host's leases and keys, and the deployed packages. No data of a bank.
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
    // the package that a deployment replaced can be brought back
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
      // a storage account takes single addresses without /32
      ipRules: map(access.isPrivate ? access.addresses : [], one => { value: replace(one, '/32', ''), action: 'Allow' })
      #disable-next-line use-resource-id-functions // they are a parameter's
      virtualNetworkRules: map(access.isPrivate ? access.readerSubnetIds : [], id => { id: id, action: 'Allow' })
    }
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource serviceTables 'tables' = [for table in tables: { name: table }]
  }
}

// Who read or replaced the code that runs in production.
#disable-next-line use-recent-api-versions // the rule wants 2016-09-01: no preview, but older in all else
resource hostLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: host::blobs
  properties: {
    workspaceId: workspaceId
    logs: map(['StorageRead', 'StorageWrite', 'StorageDelete'], category => { category: category, enabled: true })
  }
}

// Their addresses hold row keys at most, which are GUIDs and hashes; the rows are not logged. Reads are left out: their addresses hold filters.
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
  properties: { level: 'CanNotDelete', notes: 'The deployed code is here: without it the app does not start.' }
}

resource dataLock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLocks) {
  name: 'no-delete'
  scope: data
  properties: {
    level: 'CanNotDelete'
    notes: 'The tables have no backup: Entra sends everything anew, but that takes hours.'
  }
}
