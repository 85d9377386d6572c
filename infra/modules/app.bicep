// The function app on Flex Consumption, its access restriction and its settings.

import { resourceNames } from 'names.bicep'

@description('The size and the number of the instances.')
@export()
type instances = {
  @description('An instance with 2048 MB has one core; 512 MB has a quarter of a core, and 4096 MB has two.')
  instanceMemoryMB: 512 | 2048 | 4096
  @description('The maximum number of instances.')
  @minValue(1)
  @maxValue(1000)
  maximumInstanceCount: int
  @description('The number of instances that are always ready for requests. They are billed even when idle.')
  @minValue(0)
  alwaysReadyInstances: int
  @description('How many requests one instance processes at the same time. The service waits for storage most of the time.')
  @minValue(1)
  @maxValue(1000)
  perInstanceConcurrency: int
}

@description('A rule of the access restriction of the app or of its deployment site.')
@export()
type accessRule = {
  name: string
  priority: int
  action: 'Allow'
  tag: 'ServiceTag' | 'Default'
  ipAddress: string
}

param names resourceNames
param location string
@description('The host name of the Tenant URLs; empty for the app\'s own host name.')
param publicHostName string
param restrictToEntra bool
param operatorAddresses string[]
param privateNetwork bool
param zoneRedundant bool
param rollingUpdate bool
param scale instances
@description('Values for settings of shared/config.ts that differ from the defaults.')
param serviceSettings { *: string }
param tags { *: string }

// Entra's provisioning service sends requests from the addresses of the first service tag, and Azure's availability tests from those of the second:
// https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
// https://learn.microsoft.com/azure/azure-monitor/ip-addresses
var serviceTags = ['AzureActiveDirectory', 'ApplicationInsightsAvailability']
var tagRules = map(serviceTags, (tag, index) => {
  name: tag
  priority: 100 + index
  action: 'Allow'
  tag: 'ServiceTag'
  ipAddress: tag
})
var operatorRules = map(operatorAddresses, (address, index) => {
  name: 'Operator ${index + 1}'
  priority: 200 + index
  action: 'Allow'
  tag: 'Default'
  ipAddress: address
})
var accessRules accessRule[] = restrictToEntra ? [...tagRules, ...operatorRules] : []
var deploymentRules accessRule[] = restrictToEntra ? operatorRules : []

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: names.identity }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: names.insights }

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: names.plan
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: names.app
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    clientAffinityEnabled: false
    virtualNetworkSubnetId: privateNetwork
      ? resourceId('Microsoft.Network/virtualNetworks/subnets', names.network, 'app')
      : null
    #disable-next-line BCP037 // the type definitions lack this property; it can only be set when the app is created, and a custom domain needs it
    siteScopedCertificatesEnabled: true
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${names.hostStorage}.blob.${environment().suffixes.storage}/app-package'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.instanceMemoryMB
        maximumInstanceCount: scale.maximumInstanceCount
        // all HTTP functions share one group of instances
        alwaysReady: scale.alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: scale.alwaysReadyInstances }] : []
        triggers: { http: { perInstanceConcurrency: scale.perInstanceConcurrency } }
      }
      // https://learn.microsoft.com/azure/azure-functions/flex-consumption-site-updates
      #disable-next-line BCP037 // the type definitions lack this property
      siteUpdateStrategy: { type: rollingUpdate ? 'RollingUpdate' : 'Recreate' }
    }
    // Flex Consumption refuses ftpsState and some other properties with the error 51021: https://github.com/Azure/azure-cli/issues/31414 lists them
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictions: accessRules
      ipSecurityRestrictionsDefaultAction: restrictToEntra ? 'Deny' : 'Allow'
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictions: deploymentRules
      scmIpSecurityRestrictionsDefaultAction: restrictToEntra ? 'Deny' : 'Allow'
    }
  }

  // no deployments with user name and password
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      ...serviceSettings
      SCIM_PUBLIC_URL: 'https://${empty(publicHostName) ? app.properties.defaultHostName : publicHostName}'
      SCIM_TABLES: 'https://${names.dataStorage}.table.${environment().suffixes.storage}'
      SCIM_KEY_VAULT_URI: 'https://${names.vault}${environment().suffixes.keyvaultDns}'
      AZURE_CLIENT_ID: identity.properties.clientId
      AzureWebJobsStorage__accountName: names.hostStorage
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      AzureWebJobsDisableHomepage: 'true'
      // A little above the limit of the service (bodyBytes in shared/scim/limits.ts), so that larger bodies do not reach the worker.
      // https://learn.microsoft.com/azure/azure-functions/functions-app-settings
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1200000'
    }
  }
}

output defaultHostName string = app.properties.defaultHostName
output domainVerificationId string = app.properties.customDomainVerificationId
output accessRules accessRule[] = accessRules
output deploymentRules accessRule[] = deploymentRules
