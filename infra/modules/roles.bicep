// Everything the app's identity may do, each at the narrowest scope that works.

param identityName string
param hostStorageName string
param dataStorageName string
param tables string[]
param vaultName string
param insightsName string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var blobDataOwner = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
)
var tableDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
)
var keyVaultSecretsUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-b874-0445c86b69e6'
)
var monitoringMetricsPublisher = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '3913510d-42f4-4e42-8a64-420c390055eb'
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: identityName }

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = { name: hostStorageName }

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: dataStorageName

  resource service 'tableServices' existing = {
    name: 'default'

    resource dataTables 'tables' existing = [for table in tables: { name: table }]
  }
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = { name: vaultName }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

// the account and not a container: the host makes its own containers
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostStorage.id, identity.id, blobDataOwner)
  scope: hostStorage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: blobDataOwner
  }
}

resource dataTablesRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, index) in tables: {
    name: guid(dataStorage::service::dataTables[index].id, identity.id, tableDataContributor)
    scope: dataStorage::service::dataTables[index]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: tableDataContributor
    }
  }
]

// the vault holds nothing but Secret Tokens, and their names are listed: the vault is the narrowest scope
resource tokens 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: keyVaultSecretsUser
  }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: monitoringMetricsPublisher
  }
}
