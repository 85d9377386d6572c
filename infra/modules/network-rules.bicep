// Who reaches the storage accounts and the key vault over the network. An identity with a role is needed besides.

@description('Who is let in. Without a subnet of the app any address is: the app then has no fixed one that could be let in.')
@export()
type networkAccess = {
  @description('The subnet that the app goes out through, or empty.')
  appSubnetId: string
  @description('Subnets of those who read the tables, such as the booking core.')
  readerSubnetIds: string[]
  @description('Addresses of operators and deployers, in CIDR form.')
  addresses: string[]
}

type storageRules = {
  bypass: 'AzureServices'
  defaultAction: 'Allow' | 'Deny'
  ipRules: { value: string, action: 'Allow' }[]
  virtualNetworkRules: { id: string, action: 'Allow' }[]
}

type vaultRules = {
  bypass: 'AzureServices'
  defaultAction: 'Allow' | 'Deny'
  ipRules: { value: string }[]
  virtualNetworkRules: { id: string }[]
}

func defaultAction(access networkAccess) 'Allow' | 'Deny' => empty(access.appSubnetId) ? 'Allow' : 'Deny'

// a storage account takes single addresses without /32
func addressesOf(access networkAccess) string[] =>
  empty(access.appSubnetId) ? [] : map(access.addresses, address => replace(address, '/32', ''))

func subnetsOf(access networkAccess, more string[]) string[] =>
  empty(access.appSubnetId) ? [] : [access.appSubnetId, ...more]

@description('The rules of a storage account that the app reaches, and these subnets besides.')
@export()
func storageRulesFor(access networkAccess, more string[]) storageRules => {
  bypass: 'AzureServices'
  defaultAction: defaultAction(access)
  ipRules: map(addressesOf(access), address => { value: address, action: 'Allow' })
  virtualNetworkRules: map(subnetsOf(access, more), id => { id: id, action: 'Allow' })
}

@description('The rules of a key vault that the app reaches.')
@export()
func vaultRulesFor(access networkAccess) vaultRules => {
  bypass: 'AzureServices'
  defaultAction: defaultAction(access)
  ipRules: map(addressesOf(access), address => { value: address })
  virtualNetworkRules: map(subnetsOf(access, []), id => { id: id })
}
