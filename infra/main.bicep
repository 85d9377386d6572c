// One environment of the service in one resource group. docs/deploy.md says how to deploy it.
//
// A module for each concern. They get names, ids and addresses that are known before anything is made, so that what-if and the snapshots show them; what
// has to exist first stands in dependsOn.

import { instances } from 'modules/app.bicep'

targetScope = 'resourceGroup'

@description('The environment that this resource group holds.')
@allowed(['test', 'production'])
param environmentName string

@description('Where everything stands. For zone redundancy it has to be one of: az functionapp list-flexconsumption-locations --zone-redundant=true')
param location string = resourceGroup().location

@description('What the names begin with: lower-case letters and digits, the first a letter.')
@minLength(3)
@maxLength(11)
param prefix string = 'bookme'

@description('The host name that the Tenant URLs begin with; empty for the app\'s own under azurewebsites.net.')
param publicHostName string

@description('How publicHostName reaches the app. none: not yet, or through a gateway that holds the certificate. first: bind it for the first time, when its CNAME and TXT records exist. bound: it was bound by an earlier deployment.')
@allowed(['none', 'first', 'bound'])
param customDomain string = 'none'

@description('Resource id of the key vault that holds a certificate of your own for publicHostName, which Microsoft Azure App Service may read; empty for a free managed certificate.')
param certificateVaultId string = ''

@description('Name of the secret of that certificate.')
param certificateSecretName string = ''

@description('Lets only Entra (service tag AzureActiveDirectory) and deployerAddresses call the service.')
param restrictToEntra bool

@description('Addresses, in CIDR form, of those who deploy and operate. They may call the service where restrictToEntra is set, and reach the storage and the vault where appSubnetId is.')
param deployerAddresses string[] = []

@description('Resource id of a subnet for the app, delegated to Microsoft.App/environments, with the service endpoints Microsoft.Storage and Microsoft.KeyVault, in the same region. Where it is given, storage and vault let in only it, dataReaderSubnetIds and deployerAddresses.')
param appSubnetId string = ''

@description('Resource ids of subnets from which the tables are read, such as the booking core\'s, each with the service endpoint Microsoft.Storage.')
param dataReaderSubnetIds string[] = []

@description('Spreads the app and its storage over three zones. The app then keeps at least two instances ready, which are billed.')
param zoneRedundant bool

@description('Keeps the data, the vault and the logs from being deleted until somebody takes the locks away.')
param deleteLocks bool

@description('Major version of Node: az functionapp list-flexconsumption-runtimes --runtime node')
param nodeVersion string = '24'

@description('Size and number of the instances.')
param appScale instances = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  alwaysReadyInstances: 0
  perInstanceConcurrency: 32
}

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int

@description('Gigabytes of logs a day after which no more are taken until the next; -1 for no limit.')
param logDailyCapGb int = 5

@description('Who is told when an alert fires: addresses, best of a distribution list.')
@minLength(1)
param alertEmails string[]

@description('Requests of one tenant to one service that an instance lets through: <per second>,<burst>, or off.')
param rateLimit string = '100,1000'

@description('Refused tokens that an instance answers with 401: <per second>,<burst>, or off.')
param failedTokenLimit string = '10,200'

@description('How many active resources of a tenant may be disabled or deleted: <resources>,<percent>,<minutes>, or off.')
param brake string = '10,20,60'

@description('Tags of every resource.')
param tags { *: string } = { product: 'bookme-scim', environment: environmentName }

// unique in the world and the same at each deployment
var suffix = take(uniqueString(resourceGroup().id, environmentName), 6)
var names = {
  identity: 'id-${prefix}-${environmentName}-${suffix}'
  workspace: 'log-${prefix}-${environmentName}-${suffix}'
  insights: 'appi-${prefix}-${environmentName}-${suffix}'
  actionGroup: 'ag-${prefix}-${environmentName}'
  hostStorage: 'sth${prefix}${suffix}'
  dataStorage: 'std${prefix}${suffix}'
  vault: 'kv-${prefix}-${suffix}'
  plan: 'plan-${prefix}-${environmentName}-${suffix}'
  app: 'func-${prefix}-${environmentName}-${suffix}'
}
var ids = {
  workspace: resourceId('Microsoft.OperationalInsights/workspaces', names.workspace)
  actionGroup: resourceId('Microsoft.Insights/actionGroups', names.actionGroup)
  tableService: resourceId('Microsoft.Storage/storageAccounts/tableServices', names.dataStorage, 'default')
}
var packageContainer = 'app-package'
var addresses = {
  packages: 'https://${names.hostStorage}.blob.${environment().suffixes.storage}/${packageContainer}'
  tables: 'https://${names.dataStorage}.table.${environment().suffixes.storage}'
  vault: 'https://${names.vault}${environment().suffixes.keyvaultDns}'
}
var services = ['advisors', 'rooms']
var storageSku = zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
var access = { appSubnetId: appSubnetId, readerSubnetIds: dataReaderSubnetIds, addresses: deployerAddresses }

module identity 'modules/identity.bicep' = {
  params: { name: names.identity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    deleteLock: deleteLocks
    tags: tags
  }
}

module actionGroup 'modules/action-group.bicep' = {
  params: { name: names.actionGroup, emails: alertEmails, tags: tags }
}

module hostStorage 'modules/host-storage.bicep' = {
  params: {
    name: names.hostStorage
    location: location
    sku: storageSku
    packageContainer: packageContainer
    access: access
    tags: tags
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  params: {
    name: names.dataStorage
    location: location
    sku: storageSku
    tables: services
    access: access
    workspaceId: ids.workspace
    deleteLock: deleteLocks
    tags: tags
  }
  dependsOn: [monitoring]
}

module vault 'modules/vault.bicep' = {
  params: {
    name: names.vault
    location: location
    access: access
    workspaceId: ids.workspace
    deleteLock: deleteLocks
    tags: tags
  }
  dependsOn: [monitoring]
}

module roles 'modules/roles.bicep' = {
  params: {
    identityName: names.identity
    hostStorageName: names.hostStorage
    dataStorageName: names.dataStorage
    tables: services
    vaultName: names.vault
    insightsName: names.insights
  }
  dependsOn: [identity, hostStorage, dataStorage, vault, monitoring]
}

module app 'modules/app.bicep' = {
  params: {
    planName: names.plan
    name: names.app
    location: location
    zoneRedundant: zoneRedundant
    nodeVersion: nodeVersion
    scale: appScale
    identityName: names.identity
    packageContainerUrl: addresses.packages
    hostStorageName: names.hostStorage
    insightsName: names.insights
    publicHostName: publicHostName
    serviceSettings: {
      SCIM_TABLES: addresses.tables
      SCIM_KEY_VAULT_URI: addresses.vault
      SCIM_RATE_LIMIT: rateLimit
      SCIM_FAILED_TOKEN_LIMIT: failedTokenLimit
      SCIM_BRAKE: brake
    }
    restrictToEntra: restrictToEntra
    deployerAddresses: deployerAddresses
    subnetId: appSubnetId
    workspaceId: ids.workspace
    tags: tags
  }
  // the app's first start finds its roles in force
  dependsOn: [roles]
}

module domain 'modules/domain.bicep' = if (customDomain != 'none') {
  params: {
    appName: names.app
    location: location
    hostName: publicHostName
    isFirst: customDomain == 'first'
    certificateVaultId: certificateVaultId
    certificateSecretName: certificateSecretName
  }
  dependsOn: [app]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    environmentName: environmentName
    location: location
    prefix: prefix
    workspaceId: ids.workspace
    tableServiceId: ids.tableService
    actionGroupId: ids.actionGroup
    tags: tags
  }
  // the vault's and the app's diagnostic settings make the tables that the queries read
  dependsOn: [monitoring, actionGroup, dataStorage, vault, app]
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    workspaceId: ids.workspace
    displayName: 'BookMe SCIM, ${environmentName}'
    tags: tags
  }
  dependsOn: [monitoring]
}

var publicUrl = 'https://${empty(publicHostName) ? app.outputs.defaultHostName : publicHostName}'

@description('What a bank enters in Entra to provision its advisors.')
output advisorsTenantUrl string = '${publicUrl}/advisors/scim'

@description('What a bank enters in Entra to provision its rooms.')
output roomsTenantUrl string = '${publicUrl}/rooms/scim'

@description('Where the tokens are kept.')
output keyVaultName string = names.vault
output keyVaultUri string = addresses.vault

@description('The account with the tables advisors and rooms.')
output tablesUrl string = addresses.tables

@description('Where packages are deployed to.')
output resourceGroupName string = resourceGroup().name
output functionAppName string = names.app

@description('The app\'s own host name: what the CNAME record of publicHostName points to.')
output defaultHostName string = app.outputs.defaultHostName

@description('Value of the TXT record asuid.<publicHostName>.')
output domainVerificationId string = app.outputs.domainVerificationId

@description('Whether only Entra and deployerAddresses may call the service.')
output restrictedToEntra bool = restrictToEntra
