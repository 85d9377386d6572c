using 'main.bicep'

param environmentName = 'production'
param publicHostName = 'api.booking.andmoney.dk'

// becomes 'first' for the deployment after the DNS records were made, then 'bound'
param customDomain = 'none'

// nobody but Entra has to call production
param restrictToEntra = true

param zoneRedundant = true
param deleteLocks = true
param logRetentionDays = 180
param alertEmails = ['scim-operations@andmoney.dk']
