// The certificate of the public host name, which Azure issues and renews, and the binding of the host name. The host name must be bound once by hand first,
// because Azure issues certificates only for bound names. A binding without a certificate here would remove the certificate for a while at every deployment.

param appName string
param location string
param hostName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName

  // on Flex Consumption, a certificate belongs to the app; the older Microsoft.Web/certificates does not work
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
