// Binds the public host name with its certificate: the last of the steps of domain.bicep.

param appName string
param hostName string
param thumbprint string

resource app 'Microsoft.Web/sites@2025-03-01' existing = { name: appName }

resource binding 'Microsoft.Web/sites/hostNameBindings@2025-03-01' = {
  parent: app
  name: hostName
  properties: {
    siteName: appName
    hostNameType: 'Verified'
    customHostNameDnsRecordType: 'CName'
    sslState: 'SniEnabled'
    thumbprint: thumbprint
  }
}
