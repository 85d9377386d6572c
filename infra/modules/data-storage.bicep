// The SCIM data: one table for each service. An account of its own, so that the app's role on tables and its role on blobs do not meet.

import { networkAccess } from 'network-rules.bicep'

param name string
param location string
param sku string
param tables string[]
param access networkAccess
param workspaceId string
param deleteLock bool
param tags { *: string }

module account 'storage-account.bicep' = {
  params: {
    name: name
    location: location
    sku: sku
    access: access
    readerSubnetIds: access.readerSubnetIds
    tags: tags
  }
}

resource data 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: name
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-08-01' = {
  parent: data
  name: 'default'
  dependsOn: [account]
}

resource serviceTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-08-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

// Writes and deletes by whom and when. Their addresses hold row keys at most, which are GUIDs and hashes; the rows themselves are not logged.
// Reads are left out: their addresses hold filters.
#disable-next-line use-recent-api-versions // the rule wants 2016-09-01: no preview, but older in all else
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'no-delete'
  scope: data
  dependsOn: [account]
  properties: {
    level: 'CanNotDelete'
    notes: 'The tables have no backup: Entra sends everything anew, but that takes hours.'
  }
}
