// The picture of the service for operators: Azure Monitor, Workbooks. It was made by hand in infra/workbook.json, which the portal's "Advanced
// editor" shows and takes as it is.

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
    serializedData: loadTextContent('../workbook.json')
  }
}

output id string = workbook.id
