// What the Functions host keeps: its leases and keys, and the deployed package. No data of a bank.

import { networkAccess } from 'network-rules.bicep'

param name string
param location string
param sku string
param packageContainer string
param access networkAccess
param tags { *: string }

module account 'storage-account.bicep' = {
  params: {
    name: name
    location: location
    sku: sku
    access: access
    readerSubnetIds: []
    tags: tags
  }
}

resource host 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: name

  resource blobs 'blobServices' = {
    name: 'default'
    dependsOn: [account]
    // the package that a deployment replaced can be brought back
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource package 'containers' = {
      name: packageContainer
      properties: { publicAccess: 'None' }
    }
  }
}
