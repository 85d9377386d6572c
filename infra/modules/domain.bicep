// The certificate of the public host name, which Azure issues and renews, and its binding. The name has to be bound before, once and by hand: Azure
// issues certificates for bound names only, and a first binding without one, repeated here, would take the certificate off the name for a while.

param appName string
param location string
param hostName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName

  // Flex Consumption keeps certificates with the app: the older Microsoft.Web/certificates does not work there
  resource certificate 'certificates' = {
    name: replace(hostName, '.', '-')
    location: location
    properties: { canonicalName: hostName }
  }

  resource binding 'hostNameBindings' = {
    name: hostName
    properties: {
      siteName: appName
      hostNameType: 'Verified'
      customHostNameDnsRecordType: 'CName'
      sslState: 'SniEnabled'
      thumbprint: certificate.properties.thumbprint
    }
  }
}
