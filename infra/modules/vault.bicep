// The key vault with the Secret Tokens. Roles control who can read and write them. A deleted secret or vault can be recovered for 90 days, and this time cannot be shortened.

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

// Logs who (the app or an operator) read or wrote which secret: the names and versions, never the values.
#disable-next-line use-recent-api-versions // the rule suggests 2016-09-01, which is not a preview, but older
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
    notes: 'Without this key vault, no bank can provision.'
  }
}
