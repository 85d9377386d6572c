// Who reaches the app over the network. A Secret Token is needed besides.

@description('A rule of the app\'s access restriction.')
type accessRule = {
  name: string
  priority: int
  action: 'Allow'
  tag: 'ServiceTag' | 'Default'
  ipAddress: string
}

// Entra's provisioning calls from the addresses of the service tag:
// https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
@description('Entra and these addresses (in CIDR form); no rules, which is everybody, where it is not restricted.')
@export()
func accessRulesFor(isRestricted bool, addresses string[]) accessRule[] =>
  isRestricted
    ? [
        {
          name: 'Entra provisioning'
          priority: 100
          action: 'Allow'
          tag: 'ServiceTag'
          ipAddress: 'AzureActiveDirectory'
        }
        ...map(addresses, (address, index) => {
          name: 'Deployer ${index + 1}'
          priority: 200 + index
          action: 'Allow'
          tag: 'Default'
          ipAddress: address
        })
      ]
    : []
