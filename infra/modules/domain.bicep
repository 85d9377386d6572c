// The public host name on the app, with its certificate.
//
// A managed certificate is issued for a name that is bound already, and a binding needs the certificate's thumbprint: so the name is bound without one,
// the certificate is made, and the name is bound again with it (domain-tls.bicep). The first of the three happens only once: done again, it would take
// the certificate off the name until the third.

param appName string
param location string
param hostName string
@description('Whether the name is bound for the first time.')
param isFirst bool
@description('The vault that holds a certificate of our own; empty for a free managed one.')
param certificateVaultId string
param certificateSecretName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = { name: appName }

resource firstBinding 'Microsoft.Web/sites/hostNameBindings@2025-03-01' = if (isFirst) {
  parent: app
  name: hostName
  properties: {
    siteName: appName
    hostNameType: 'Verified'
    customHostNameDnsRecordType: 'CName'
  }
}

// Flex Consumption keeps certificates with the app: the older Microsoft.Web/certificates does not work there
resource certificate 'Microsoft.Web/sites/certificates@2025-03-01' = {
  parent: app
  name: replace(hostName, '.', '-')
  location: location
  dependsOn: [firstBinding]
  properties: empty(certificateVaultId)
    ? { canonicalName: hostName }
    : { keyVaultId: certificateVaultId, keyVaultSecretName: certificateSecretName }
}

module binding 'domain-tls.bicep' = {
  params: {
    appName: appName
    hostName: hostName
    thumbprint: certificate.properties.thumbprint
  }
}
