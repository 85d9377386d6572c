using 'main.bicep'

param environmentName = 'test'
param publicHostName = 'api.test-env.booking.andmoney.dk'

// becomes 'first' for the deployment after the DNS records were made, then 'bound'
param customDomain = 'none'

// people try things here with curl and with trial tenants
param restrictToEntra = false

param zoneRedundant = false
param deleteLocks = false
param logRetentionDays = 30
param alertEmails = ['scim-operations@andmoney.dk']
