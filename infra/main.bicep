// One environment of the service in one resource group. docs/deploy.md says how to deploy it.
//
// Each module has one concern. Modules find resources by the names in names.bicep, not by outputs, so dependsOn has to state the order of deployment.

import { accessRule, instances } from 'modules/app.bicep'
import { namesOf } from 'modules/names.bicep'

targetScope = 'resourceGroup'

@description('The environment in this resource group.')
@allowed(['test', 'production'])
param environmentName string
@description('The region. With zoneRedundant, it must be one of those that this command lists: az functionapp list-flexconsumption-locations --zone-redundant=true')
param location string = resourceGroup().location
@description('The start of the resource names: lower-case letters and digits, starting with a letter.')
@minLength(3)
@maxLength(11)
param prefix string = 'bookme'
@description('The host name of the Tenant URLs; empty for the app\'s own name under azurewebsites.net.')
param publicHostName string
@description('Whether publicHostName has been bound to the app with the command in docs/deploy.md. Azure then issues and renews its certificate.')
param customDomain bool = false
@description('Allows only Entra, the availability test and operatorAddresses to call the service, and only operatorAddresses to call its deployment site.')
param restrictToEntra bool
@description('Addresses of operators in CIDR form. They can reach the app even if restrictToEntra is set, and storage and the key vault even if privateNetwork is set.')
param operatorAddresses string[] = []
@description('Gives the app a virtual network with private endpoints for storage and the key vault, and closes both to all other networks.')
param privateNetwork bool
@description('Resource ids of subnets that can read the tables even if privateNetwork is set. Each needs the service endpoint Microsoft.Storage.')
param dataReaderSubnetIds string[] = []
@description('Spreads the app and its storage over three zones. The app then keeps at least two instances ready, which are billed.')
param zoneRedundant bool
@description('Protects storage, the key vault and the logs from deletion until an administrator removes the locks.')
param deleteLocks bool
@description('Replaces the instances one by one when the app is updated. This is a preview feature that not every region has.')
param rollingUpdate bool = false
@description('Size and number of the instances.')
param appScale instances = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  alwaysReadyInstances: 0
  perInstanceConcurrency: 32
}
@description('Settings of the service that differ from the defaults in shared/config.ts.')
param serviceSettings { *: string } = {}
@description('The number of days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int
@description('The daily cap of the logs in gigabytes. Once it is reached, no more logs are stored until the next day.')
@minValue(1)
param logDailyCapGb int = 5
@description('The mail addresses that are notified when an alert fires, preferably a distribution list.')
@minLength(1)
param alertEmails string[]
@description('The address of the page that the alerts link to. The page has a section for each alert.')
param operationsPage string = 'https://github.com/andmoney/bookme-scim/blob/main/docs/operations.md'
@description('Tags of every resource.')
param tags { *: string } = { product: 'bookme-scim', environment: environmentName }

var names = namesOf(prefix, environmentName, take(uniqueString(resourceGroup().id, environmentName), 6))
// The services in shared/services/services.ts. Each has a table with its name.
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

// The Tenant URLs that banks enter in Entra, by service
output tenantUrls { *: string } = toObject(services, service => service, service => '${publicUrl}/${service}/scim')
// The settings of the operator commands
output keyVaultUri string = 'https://${names.vault}${environment().suffixes.keyvaultDns}'
output tablesUrl string = 'https://${names.dataStorage}.table.${environment().suffixes.storage}'
output functionAppName string = names.app
// The DNS records of publicHostName: the value of its CNAME, and of the TXT record asuid.<publicHostName>
output defaultHostName string = app.outputs.defaultHostName
output domainVerificationId string = app.outputs.domainVerificationId
// The rules to which npm run deploy adds a temporary rule for itself while it uploads and checks
output accessRules accessRule[] = app.outputs.accessRules
output deploymentRules accessRule[] = app.outputs.deploymentRules
