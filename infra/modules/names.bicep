// The names of all resources. They do not depend on any resource, so that what-if and the snapshots can show them.

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

@description('The names of one environment. The suffix makes names unique that are part of host names.')
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
  alerts: '${prefix}-${environmentName}' // the start of the alerts' names
}
