using '../main.bicep'

// What neither environment uses at first, all at once: only for the check and the tests, never deployed.

param environmentName = 'production'
param prefix = 'elevenchars'
param publicHostName = 'scim.example.com'
param customDomain = 'first'
param certificateVaultId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/certificates/providers/Microsoft.KeyVault/vaults/certificates'
param certificateSecretName = 'scim-example-com'
param restrictToEntra = true
param deployerAddresses = ['192.0.2.10/32', '198.51.100.0/24']
param appSubnetId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/bank/subnets/scim'
param dataReaderSubnetIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/bank/subnets/core'
]
param zoneRedundant = true
param deleteLocks = true
param appScale = {
  instanceMemoryMB: 4096
  maximumInstanceCount: 100
  alwaysReadyInstances: 2
  perInstanceConcurrency: 64
}
param logRetentionDays = 365
param logDailyCapGb = -1
param alertEmails = ['first@example.com', 'second@example.com']
param rateLimit = 'off'
param failedTokenLimit = 'off'
param brake = 'off'
