// What every resource is called. All names are known before anything is made, so that what-if and the snapshots show them.

@export()
type resourceNames = {
  identity: string
  workspace: string
  insights: string
  actionGroup: string
  hostStorage: string
  dataStorage: string
  vault: string
  network: string
  plan: string
  app: string
  alerts: string
}

@description('The names of one environment. The suffix makes those unique that become host names.')
@export()
func namesOf(prefix string, environmentName string, suffix string) resourceNames => {
  identity: 'id-${prefix}-${environmentName}-${suffix}'
  workspace: 'log-${prefix}-${environmentName}-${suffix}'
  insights: 'appi-${prefix}-${environmentName}-${suffix}'
  actionGroup: 'ag-${prefix}-${environmentName}'
  hostStorage: 'sth${prefix}${suffix}'
  dataStorage: 'std${prefix}${suffix}'
  vault: 'kv-${prefix}-${suffix}'
  network: 'vnet-${prefix}-${environmentName}-${suffix}'
  plan: 'plan-${prefix}-${environmentName}-${suffix}'
  app: 'func-${prefix}-${environmentName}-${suffix}'
  alerts: '${prefix}-${environmentName}' // what their names begin with
}
