// Who is told when an alert fires.

param name string
param emails string[]
param tags { *: string }

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'BookMe SCIM'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'email-${index + 1}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}
