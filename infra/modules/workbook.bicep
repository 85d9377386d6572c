// The picture of the service for operators, under Workbooks in Azure Monitor. infra/workbook.json is what the portal's "Advanced Editor" shows:
// edit there, and copy it back.

param location string
param workspaceId string
param displayName string
param tags { *: string }

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // a workbook's name has to be a GUID
  name: guid(resourceGroup().id, 'scim-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    // the workspace is what its queries ask, also where it is opened from a link
    serializedData: string(union(loadJsonContent('../workbook.json'), { fallbackResourceIds: [workspaceId] }))
  }
}

output id string = workbook.id
