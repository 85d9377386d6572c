// The function app on Flex Consumption, and its settings.

import { accessRulesFor } from 'access-restriction.bicep'

@description('What one instance is and how many there may be.')
@export()
type instances = {
  @description('2048 MB is one core; the others have a quarter and two.')
  instanceMemoryMB: 512 | 2048 | 4096
  @description('The most instances there may be.')
  @minValue(1)
  @maxValue(1000)
  maximumInstanceCount: int
  @description('Instances that wait for requests at all times, and are billed for it.')
  @minValue(0)
  alwaysReadyInstances: int
  @description('Requests that one instance takes at once; the service waits for storage most of the time.')
  @minValue(1)
  @maxValue(1000)
  perInstanceConcurrency: int
}

param planName string
param name string
param location string
param zoneRedundant bool
param nodeVersion string
param scale instances
param identityName string
@description('Where the deployed package is kept: the address of a blob container.')
param packageContainerUrl string
param hostStorageName string
param insightsName string
@description('The host name that the Tenant URLs begin with; empty for the app\'s own.')
param publicHostName string
@description('More of the settings that shared/config.ts reads.')
param serviceSettings { *: string }
param restrictToEntra bool
param deployerAddresses string[]
@description('The subnet that the app goes out through, or empty.')
param subnetId string
param workspaceId string
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: identityName }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app by this tag
  tags: { ...tags, 'azd-service-name': 'scim' }
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    #disable-next-line BCP037 // the service knows it and the types do not; it can be set only when the app is made, and a custom domain needs it
    siteScopedCertificatesEnabled: true
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.instanceMemoryMB
        maximumInstanceCount: scale.maximumInstanceCount
        // all HTTP functions are one group of instances
        alwaysReady: scale.alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: scale.alwaysReadyInstances }] : []
        triggers: { http: { perInstanceConcurrency: scale.perInstanceConcurrency } }
      }
      #disable-next-line BCP037 // the service knows it and the types do not: a new package takes over instance by instance
      siteUpdateStrategy: { type: 'RollingUpdate' }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
      ipSecurityRestrictions: accessRulesFor(restrictToEntra, deployerAddresses)
      ipSecurityRestrictionsDefaultAction: restrictToEntra ? 'Deny' : 'Allow'
      // packages come from build machines without a fixed address; an Entra identity with a role is asked for instead
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
  }

  // no user names and passwords for deployments
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
      AZURE_CLIENT_ID: identity.properties.clientId
      AzureWebJobsStorage__accountName: hostStorageName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      AzureWebJobsDisableHomepage: 'true'
    }
  }
}

// What the app writes and nothing that the platform writes about requests: AppServiceHTTPLogs would hold query strings, and so userNames.
#disable-next-line use-recent-api-versions // the rule wants 2016-09-01: no preview, but older in all else
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
  }
}

output defaultHostName string = app.properties.defaultHostName
output domainVerificationId string = app.properties.customDomainVerificationId
