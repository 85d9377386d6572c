using 'main.bicep'

param environmentName = 'production'
param publicHostName = 'api.booking.andmoney.dk'
// only Entra has to call production
param restrictToEntra = true
param privateNetwork = true
param zoneRedundant = true
param deleteLocks = true
param logRetentionDays = 180
param alertEmails = ['scim-operations@andmoney.dk']
