// The Log Analytics workspace, Application Insights, the mail addresses of the alerts, and the workbook. They accept only Entra identities, and no instrumentation key
// or workspace key.

import { resourceNames } from 'names.bicep'

param names resourceNames
param location string
param retentionDays int
param dailyCapGb int
param alertEmails string[]
param deleteLock bool
param tags { *: string }

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: names.workspace
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

  // the records of the service as a table, for the queries of the alerts, the workbook and the operators
  resource requests 'savedSearches' = {
    name: 'scim-requests'
    properties: {
      category: 'BookMe SCIM'
      displayName: 'Requests, one row for each'
      functionAlias: 'ScimRequests'
      query: loadTextContent('../queries/functions/ScimRequests.kql')
      version: 2
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: names.insights
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    // the IP addresses of clients are not stored
    DisableIpMasking: false
  }
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: names.actionGroup
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'BookMe SCIM'
    emailReceivers: [
      for (email, index) in alertEmails: { name: 'email-${index + 1}', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

// Shown in Azure Monitor under Workbooks. To change it, edit it in the portal, and copy the content of the "Advanced Editor" to infra/workbook.json.
resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // a workbook's name must be a GUID
  name: guid(resourceGroup().id, 'scim-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'BookMe SCIM, ${names.alerts}'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspace.id
    // makes the queries use this workspace even if the workbook is opened from a link
    serializedData: string(union(loadJsonContent('../workbook.json'), { fallbackResourceIds: [workspace.id] }))
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'no-delete'
  scope: workspace
  properties: {
    level: 'CanNotDelete'
    notes: 'These logs show who used the key vault and what the service did.'
  }
}
