// When somebody is told. docs/operations.md says for each alert, by its name, what to do.
//
// The queries are files of their own, which the tests check against the published tables and against the records that the service writes. They read
// the workspace: AppTraces, AppRequests, AppExceptions (Application Insights) and AZKVAuditLogs (the key vault's diagnostic setting, "Dedicated").

param environmentName string
param location string
@description('What the names of the alerts begin with.')
param prefix string
param workspaceId string
@description('The table service of the account that holds the SCIM data.')
param tableServiceId string
param actionGroupId string
param tags { *: string }

@description('A query, and what of its rows makes an alert: their number, or the largest or smallest value of a column; for each value of the dimensions by itself.')
type rule = {
  name: string
  title: string
  @description('What it means, and what to do first.')
  text: string
  severity: 0 | 1 | 2 | 3 | 4
  query: string
  dimensions: string[]
  @description('The column that is compared; without it the rows are counted.')
  column: string?
  aggregation: 'Count' | 'Maximum' | 'Minimum'
  operator: 'GreaterThan' | 'LessThanOrEqual'
  threshold: int
  @description('How much of the past is looked at, and how often.')
  window: string
  frequency: string
}

var tokenExpiry = loadTextContent('../queries/token-expiry.kql')

var rules rule[] = [
  {
    name: 'server-errors'
    title: 'SCIM: the service fails'
    text: 'The service answered 500: a fault that nobody foresaw. Look for the record "error" beside the request in AppTraces; Entra repeats the request.'
    severity: 1
    query: loadTextContent('../queries/server-errors.kql')
    dimensions: ['service', 'verb']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'host-failures'
    title: 'SCIM: the Functions host fails'
    text: 'Requests failed around the service: a worker died, a function was ended, or a rejection was not awaited. Look at AppExceptions, and at the last deployment.'
    severity: 2
    query: loadTextContent('../queries/host-failures.kql')
    dimensions: ['what']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'tokens-rejected'
    title: 'SCIM: a tenant is locked out'
    text: 'Every request of this tenant is answered 401: its token expired, was revoked or was mistyped. Entra will put the job in quarantine. Give the bank a new token.'
    severity: 1
    query: loadTextContent('../queries/tokens-rejected.kql')
    dimensions: ['service', 'tenant']
    column: 'rejected'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 1
    window: 'PT2H'
    frequency: 'PT30M'
  }
  {
    name: 'brake-held'
    title: 'SCIM: the brake holds'
    text: 'Too many people or rooms of this tenant were to be disabled or deleted, and further ones are held back. Ask the bank whether it was meant, then release the brake or let them mend the scope.'
    severity: 1
    query: loadTextContent('../queries/brake-held.kql')
    dimensions: ['service', 'tenant']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT1H'
    frequency: 'PT5M'
  }
  {
    name: 'rate-limited'
    title: 'SCIM: requests beyond the limit'
    text: 'Requests were answered 429. With a tenant: it sends more than the limit allows, and repeats later by itself. Without one: somebody tries tokens that are not accepted.'
    severity: 3
    query: loadTextContent('../queries/rate-limited.kql')
    dimensions: ['service', 'tenant']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 50
    window: 'PT15M'
    frequency: 'PT15M'
  }
  {
    name: 'storage-unavailable'
    title: 'SCIM: Table Storage does not answer'
    text: 'Requests were answered 503 because Table Storage did not answer in time or throttled. Look at the storage account and at Azure\'s status; Entra repeats the requests.'
    severity: 1
    query: loadTextContent('../queries/storage-unavailable.kql')
    dimensions: ['service']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 5
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'vault-unavailable'
    title: 'SCIM: tokens cannot be checked'
    text: 'Requests were answered 503 because the key vault does not answer and what was remembered of it is used up. Look at the vault, its firewall and the app\'s role there.'
    severity: 1
    query: loadTextContent('../queries/vault-unavailable.kql')
    dimensions: ['service']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 2
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'vault-refusals'
    title: 'SCIM: the key vault refuses'
    text: 'The key vault refuses, throttles or fails. Tokens known to the service work for an hour from the first failure on: mend the app\'s role, the vault\'s firewall or the load before that.'
    severity: 2
    query: loadTextContent('../queries/vault-refusals.kql')
    dimensions: ['operation', 'status']
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 5
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'token-expires-in-30-days'
    title: 'SCIM: a token expires within 30 days'
    text: 'The token that this tenant uses expires within 30 days. If it was rotated already, remind the bank to enter the new one; else rotate it with an overlap.'
    severity: 3
    query: tokenExpiry
    dimensions: ['service', 'tenant']
    column: 'daysLeft'
    aggregation: 'Minimum'
    operator: 'LessThanOrEqual'
    threshold: 30
    window: 'P1D'
    frequency: 'PT6H'
  }
  {
    name: 'token-expires-in-7-days'
    title: 'SCIM: a token expires within 7 days'
    text: 'The token that this tenant uses expires within 7 days; after that every request is answered 401. Call the bank: if it was rotated already, the new one has to be entered; else rotate it today.'
    severity: 1
    query: tokenExpiry
    dimensions: ['service', 'tenant']
    column: 'daysLeft'
    aggregation: 'Minimum'
    operator: 'LessThanOrEqual'
    threshold: 7
    window: 'P1D'
    frequency: 'PT6H'
  }
  {
    name: 'slow'
    title: 'SCIM: requests are slow'
    text: 'Five of 100 requests take longer than a second. Look in the workbook at which verbs, and at storage calls and retries.'
    severity: 3
    query: loadTextContent('../queries/latency.kql')
    dimensions: ['service']
    column: 'p95'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 1000
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'tenant-silent'
    title: 'SCIM: a tenant has stopped coming'
    text: 'No request of this tenant came for more than three hours; Entra comes every 40 minutes. Ask the bank whether the job was stopped or is in quarantine. All tenants at once: the service is not reached. After two days without a request the alert ends by itself.'
    severity: 2
    query: loadTextContent('../queries/silent-tenants.kql')
    dimensions: ['service', 'tenant']
    column: 'hoursSilent'
    aggregation: 'Minimum'
    operator: 'GreaterThan'
    threshold: 3
    window: 'P2D'
    frequency: 'PT30M'
  }
]

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${prefix}-${environmentName}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${rule.title} (${environmentName})'
      description: '${rule.text} docs/operations.md, ${rule.name}.'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      windowSize: rule.window
      evaluationFrequency: rule.frequency
      autoMitigate: true
      // The tests have checked the queries; a new workspace may not know a table before its first row.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            query: rule.query
            timeAggregation: rule.aggregation
            metricMeasureColumn: rule.?column
            operator: rule.operator
            threshold: rule.threshold
            dimensions: [for dimension in rule.dimensions: { name: dimension, operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroupId]
        customProperties: { environment: environmentName, whatToDo: 'docs/operations.md#${rule.name}' }
      }
    }
  }
]

// The platform's own figure: it shows throttling that the service's retries still hide from its clients.
resource storageThrottled 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${prefix}-${environmentName}-storage-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'Table Storage throttles or times out. Retries hide it as long as they can. Look at the load of the storage account. docs/operations.md, storage-throttled.'
    severity: 2
    enabled: true
    scopes: [tableServiceId]
    windowSize: 'PT15M'
    evaluationFrequency: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.Storage/storageAccounts/tableServices'
          metricName: 'Transactions'
          dimensions: [
            {
              name: 'ResponseType'
              operator: 'Include'
              values: [
                'ServerBusyError'
                'ServerTimeoutError'
                'ClientThrottlingError'
                'ClientAccountRequestThrottlingError'
                'ClientAccountBandwidthThrottlingError'
              ]
            }
          ]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 20
        }
      ]
    }
    actions: [
      {
        actionGroupId: actionGroupId
        webHookProperties: { environment: environmentName, whatToDo: 'docs/operations.md#storage-throttled' }
      }
    ]
  }
}
