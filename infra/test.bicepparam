using 'main.bicep'

param environmentName = 'test'
param publicHostName = 'api.test-env.booking.andmoney.dk'
// people try things here with curl and with trial tenants
param restrictToEntra = false
param privateNetwork = false
param zoneRedundant = false
param deleteLocks = false
param logRetentionDays = 30
param alertEmails = ['scim-operations@andmoney.dk']
