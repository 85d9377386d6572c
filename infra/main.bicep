// One environment of the service in one resource group. docs/deploy.md says how to deploy it.
//
// A module for each concern; names.bicep holds all names, so dependsOn alone says what has to exist first.

import { accessRule, instances } from 'modules/app.bicep'
import { namesOf } from 'modules/names.bicep'

targetScope = 'resourceGroup'

@description('The environment that this resource group holds.')
@allowed(['test', 'production'])
param environmentName string
@description('The region. With zoneRedundant, one of: az functionapp list-flexconsumption-locations --zone-redundant=true')
param location string = resourceGroup().location
@description('What the names begin with: lower-case letters and digits, the first a letter.')
@minLength(3)
@maxLength(11)
param prefix string = 'bookme'
@description('The host name that the Tenant URLs begin with; empty for the app\'s own name under azurewebsites.net.')
param publicHostName string
@description('Whether publicHostName is bound to the app, by the command in docs/deploy.md. Azure then issues and renews its certificate.')
param customDomain bool = false
@description('Lets only Entra, the availability test and operatorAddresses call the service, and only operatorAddresses its deployment site.')
param restrictToEntra bool
@description('Addresses of operators in CIDR form: they reach the app where restrictToEntra is set, and storage and vault where privateNetwork is.')
param operatorAddresses string[] = []
@description('Gives the app a virtual network with private endpoints for storage and vault, and closes both to all other networks.')
param privateNetwork bool
@description('Resource ids of subnets that read the tables although privateNetwork is set, each with the service endpoint Microsoft.Storage.')
param dataReaderSubnetIds string[] = []
@description('Spreads the app and its storage over three zones. The app then keeps at least two instances ready, which are billed.')
param zoneRedundant bool
@description('Keeps storage, vault and logs from being deleted until somebody takes the locks away.')
param deleteLocks bool
@description('Replaces instances one by one at an update. A preview: not every region has it.')
param rollingUpdate bool = false
@description('Size and number of the instances.')
param appScale instances = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  alwaysReadyInstances: 0
  perInstanceConcurrency: 32
}
@description('Settings of the service that differ from its defaults, which stand in shared/config.ts.')
param serviceSettings { *: string } = {}
@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int
@description('Gigabytes of logs a day after which no more are taken until the next.')
@minValue(1)
param logDailyCapGb int = 5
@description('Who is told when an alert fires: addresses, best of a distribution list.')
@minLength(1)
param alertEmails string[]
@description('The page that alerts link to, which has a section for each of them.')
param operationsPage string = 'https://github.com/andmoney/bookme-scim/blob/main/docs/operations.md'
@description('Tags of every resource.')
param tags { *: string } = { product: 'bookme-scim', environment: environmentName }

var names = namesOf(prefix, environmentName, take(uniqueString(resourceGroup().id, environmentName), 6))
// The services of shared/services/services.ts; each has a table of its name.
var services = ['advisors', 'rooms']
var access = { isPrivate: privateNetwork, addresses: operatorAddresses, readerSubnetIds: dataReaderSubnetIds }

module monitoring 'modules/monitoring.bicep' = {
  params: {
    names: names
    location: location
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    alertEmails: alertEmails
    deleteLock: deleteLocks
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    names: names
    location: location
    tables: services
    zoneRedundant: zoneRedundant
    access: access
    deleteLocks: deleteLocks
    tags: tags
  }
  dependsOn: [monitoring]
}

module vault 'modules/vault.bicep' = {
  params: { names: names, location: location, access: access, deleteLock: deleteLocks, tags: tags }
  dependsOn: [monitoring]
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: { names: names, location: location, tags: tags }
  dependsOn: [storage, vault]
}

module roles 'modules/roles.bicep' = {
  params: { names: names, location: location, tables: services, tags: tags }
  dependsOn: [storage, vault]
}

module app 'modules/app.bicep' = {
  params: {
    names: names
    location: location
    publicHostName: publicHostName
    restrictToEntra: restrictToEntra
    operatorAddresses: operatorAddresses
    privateNetwork: privateNetwork
    zoneRedundant: zoneRedundant
    rollingUpdate: rollingUpdate
    scale: appScale
    serviceSettings: serviceSettings
    tags: tags
  }
  dependsOn: [roles, network]
}

module domain 'modules/domain.bicep' = if (customDomain) {
  params: { appName: names.app, location: location, hostName: publicHostName }
  dependsOn: [app]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    names: names
    environmentName: environmentName
    location: location
    testedHostName: customDomain ? publicHostName : ''
    dailyCapGb: logDailyCapGb
    operationsPage: operationsPage
    tags: tags
  }
  dependsOn: [app]
}

var publicUrl = 'https://${empty(publicHostName) ? app.outputs.defaultHostName : publicHostName}'

// What a bank enters in Entra, by service
output tenantUrls { *: string } = toObject(services, service => service, service => '${publicUrl}/${service}/scim')
// What operators' commands are told
output keyVaultUri string = 'https://${names.vault}${environment().suffixes.keyvaultDns}'
output tablesUrl string = 'https://${names.dataStorage}.table.${environment().suffixes.storage}'
output functionAppName string = names.app
// The DNS records of publicHostName: the value of its CNAME, and of the TXT record asuid.<publicHostName>
output defaultHostName string = app.outputs.defaultHostName
output domainVerificationId string = app.outputs.domainVerificationId
// What npm run deploy opens for itself while it uploads and checks, and closes again
output accessRules accessRule[] = app.outputs.accessRules
output deploymentRules accessRule[] = app.outputs.deploymentRules
