// The Secret Tokens. Roles decide who reads and who writes; a deleted secret or vault can be brought back for 90 days, and nobody can shorten that.

import { resourceNames } from 'names.bicep'
import { networkAccess, publicAccess } from 'storage.bicep'

param names resourceNames
param location string
param access networkAccess
param deleteLock bool
param tags { *: string }

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: names.vault
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: publicAccess(access, access.addresses)
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: access.isPrivate ? 'Deny' : 'Allow'
      ipRules: map(access.isPrivate ? access.addresses : [], one => { value: one })
    }
  }
}

// Who read or wrote which secret: names and versions, never values. The identities in it are the app's and the operators'.
#disable-next-line use-recent-api-versions // the rule wants 2016-09-01: no preview, but older in all else
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: vault
  properties: {
    workspaceId: resourceId('Microsoft.OperationalInsights/workspaces', names.workspace)
    // the table AZKVAuditLogs, not AzureDiagnostics
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'no-delete'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Without the vault no bank can provision.'
  }
}
