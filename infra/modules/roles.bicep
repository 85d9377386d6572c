// The identity of the app and all its roles, each with the narrowest scope that works.
//
// The identity is user-assigned, so that an app that is deleted and created again keeps it and its roles. A new role assignment takes up to ten minutes to take effect
// (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-arent-being-detected); npm run deploy
// waits for that.

import { resourceNames } from 'names.bicep'

param names resourceNames
param location string
param tables string[]
param tags { *: string }

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roleIds = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}
var given = mapValues(roleIds, id => {
  principalId: identity.properties.principalId
  principalType: 'ServicePrincipal'
  roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)
})

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: names.identity
  location: location
  tags: tags
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = { name: names.hostStorage }

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: names.dataStorage

  resource service 'tableServices' existing = {
    name: 'default'

    resource dataTables 'tables' existing = [for table in tables: { name: table }]
  }
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = { name: names.vault }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: names.insights }

// the scope is the account, not a container, because the host creates its own containers
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostStorage.id, identity.id, roleIds.blobDataOwner)
  scope: hostStorage
  properties: given.blobDataOwner
}

// the host writes its diagnostic events to a table; without this role, it logs an error every ten minutes:
// https://github.com/Azure/azure-functions-host/issues/10995 and 11097
resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostStorage.id, identity.id, roleIds.tableDataContributor)
  scope: hostStorage
  properties: given.tableDataContributor
}

resource dataTablesRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, index) in tables: {
    name: guid(dataStorage::service::dataTables[index].id, identity.id, roleIds.tableDataContributor)
    scope: dataStorage::service::dataTables[index]
    properties: given.tableDataContributor
  }
]

// the key vault is the narrowest possible scope, because the app lists the names of the secrets; the vault contains only Secret Tokens
resource tokens 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, roleIds.keyVaultSecretsUser)
  scope: vault
  properties: given.keyVaultSecretsUser
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, roleIds.monitoringMetricsPublisher)
  scope: insights
  properties: given.monitoringMetricsPublisher
}
