// Where logs and telemetry go. Both take Entra identities only: no instrumentation key and no workspace key opens them.

param workspaceName string
param insightsName string
param location string
param retentionDays int
param dailyCapGb int
param deleteLock bool
param tags { *: string }

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    // addresses of clients are not kept
    DisableIpMasking: false
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'no-delete'
  scope: workspace
  properties: {
    level: 'CanNotDelete'
    notes: 'Who used the key vault, and what the service did, is written here.'
  }
}
