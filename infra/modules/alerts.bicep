// The alerts. For each alert, docs/operations.md has a section with the alert's name that explains what to do.
//
// The queries are in separate files, so that the tests can check them against the published tables and against the records that the service writes. They read
// these tables of the workspace: AppTraces, AppRequests, AppExceptions (Application Insights) and AZKVAuditLogs (the key vault's diagnostic setting, "Dedicated").

import { resourceNames } from 'names.bicep'

param names resourceNames
param environmentName string
param location string
@description('The host name whose /health and certificate the availability test checks; empty for the app\'s own host name.')
param testedHostName string
param dailyCapGb int
param operationsPage string
param tags { *: string }

@description('An alert rule. It compares the number of rows that its query returns, or the largest or smallest value of a column, with a threshold. It compares each combination of dimension values separately.')
type rule = {
  name: string
  title: string
  @description('What the alert means, and what to do first.')
  text: string
  severity: 0 | 1 | 2 | 3 | 4
  query: string
  dimensions: string[]
  @description('The column that is compared. Without it, the rows are counted.')
  column: string?
  @description('The default is Count.')
  aggregation: ('Maximum' | 'Minimum')?
  @description('The default is GreaterThan.')
  operator: 'LessThanOrEqual'?
  @description('The default is 0.')
  threshold: int?
  @description('The period that the query covers. frequency is how often it runs.')
  window: string
  frequency: string
}

var tokenExpiry = loadTextContent('../queries/token-expiry.kql')

var rules rule[] = [
  {
    name: 'server-errors'
    title: 'SCIM: the service fails'
    text: 'The service returned 500, which means an unexpected error. Find the record "error" of the same request in AppTraces. Entra repeats the request.'
    severity: 1
    query: loadTextContent('../queries/server-errors.kql')
    dimensions: ['service', 'verb']
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'damaged-rows'
    title: 'SCIM: rows of a tenant are damaged'
    text: 'A request found a row that contradicts other rows or that cannot be read. Disabling and deleting still work. Run npm run audit for this tenant.'
    severity: 2
    query: loadTextContent('../queries/damaged-rows.kql')
    dimensions: ['service', 'tenant']
    window: 'PT1H'
    frequency: 'PT1H'
  }
  {
    name: 'audit-findings'
    title: 'SCIM: the nightly audit found something'
    text: 'Rows of this tenant break a rule of the storage, although requests may not have found them yet. Run npm run audit for this tenant, and again after the repair.'
    severity: 2
    query: loadTextContent('../queries/audit-findings.kql')
    dimensions: ['service', 'tenant']
    window: 'P1D'
    frequency: 'PT6H'
  }
  {
    name: 'maintenance-missing'
    title: 'SCIM: the nightly maintenance did not run'
    text: 'Old history is not removed, and no tenant is audited. Check the record "maintenance" and its error in AppTraces, and the function Maintenance in the portal.'
    severity: 3
    query: loadTextContent('../queries/maintenance-missing.kql')
    dimensions: ['service']
    window: 'P2D'
    frequency: 'PT6H'
  }
  {
    name: 'host-failures'
    title: 'SCIM: the Functions host fails'
    text: 'Requests failed outside the service\'s own code: a worker process crashed, a function was terminated, or a promise rejection was not handled. Check AppExceptions and the last deployment.'
    severity: 2
    query: loadTextContent('../queries/host-failures.kql')
    dimensions: ['what']
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'app-not-started'
    title: 'SCIM: the app has no functions'
    text: 'The app could not be loaded, usually because a setting is missing or wrong, and the host returns 404 for every request. The message in AppTraces names the setting.'
    severity: 0
    query: loadTextContent('../queries/app-not-started.kql')
    dimensions: []
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'tokens-rejected'
    title: 'SCIM: a tenant is locked out'
    text: 'Every request of this tenant gets 401, because its token expired, was revoked or was mistyped. Entra will put the job in quarantine. Give the bank a new token.'
    severity: 1
    query: loadTextContent('../queries/tokens-rejected.kql')
    dimensions: ['service', 'tenant']
    column: 'rejected'
    aggregation: 'Maximum'
    threshold: 1
    window: 'PT2H'
    frequency: 'PT30M'
  }
  {
    name: 'brake-held'
    title: 'SCIM: the brake is engaged'
    text: 'Entra tried to disable or delete too many people or rooms of this tenant, and the brake holds back the rest. Ask the bank whether it was intended. If so, release the brake; if not, the bank has to correct the scope.'
    severity: 1
    query: loadTextContent('../queries/brake-held.kql')
    dimensions: ['service', 'tenant']
    window: 'PT1H'
    frequency: 'PT5M'
  }
  {
    name: 'quarantine-near'
    title: 'SCIM: a job is near quarantine'
    text: 'More than 2,000 changes of this tenant were refused within a day. Entra puts a job in quarantine after 5,000 failures if more than 40 % of the changes fail. Find out why they are refused, for example because of the brake or a wrong mapping.'
    severity: 1
    query: loadTextContent('../queries/quarantine-near.kql')
    dimensions: ['service', 'tenant']
    column: 'refused'
    aggregation: 'Maximum'
    threshold: 2000
    window: 'P1D'
    frequency: 'PT30M'
  }
  {
    name: 'entra-job-failing'
    title: 'Entra: most changes of a provisioning job fail'
    text: 'Entra\'s own log says that more than 40 % of a job\'s changes fail, so the job is in quarantine or soon will be. Run npm run entra -- check for this bank to see the reason.'
    severity: 1
    query: loadTextContent('../queries/entra-job-failing.kql')
    dimensions: ['application', 'job']
    column: 'failures'
    aggregation: 'Maximum'
    threshold: 500
    window: 'P1D'
    frequency: 'PT1H'
  }
  {
    name: 'rate-limited'
    title: 'SCIM: too many requests'
    text: 'The service returned 429. If the alert names a tenant, this tenant sends more requests than the limit allows, and Entra repeats them later. If it names none, a client is trying tokens that are not accepted.'
    severity: 3
    query: loadTextContent('../queries/rate-limited.kql')
    dimensions: ['service', 'tenant']
    threshold: 50
    window: 'PT15M'
    frequency: 'PT15M'
  }
  {
    name: 'storage-unavailable'
    title: 'SCIM: Table Storage does not respond'
    text: 'The service returned 503 because Table Storage did not respond in time or throttled requests. Check the storage account and Azure\'s status page. Entra repeats the requests.'
    severity: 1
    query: loadTextContent('../queries/storage-unavailable.kql')
    dimensions: ['service']
    threshold: 5
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'vault-unavailable'
    title: 'SCIM: tokens cannot be checked'
    text: 'The service returned 503 because the key vault does not respond and the cached tokens have expired. Check the key vault, its firewall and the app\'s role on it.'
    severity: 1
    query: loadTextContent('../queries/vault-unavailable.kql')
    dimensions: ['service']
    threshold: 2
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'vault-refusals'
    title: 'SCIM: the key vault refuses requests'
    text: 'The key vault refuses or throttles requests, or fails. Cached tokens work for an hour after the first failure. Before that, fix the cause: the app\'s role, the key vault\'s firewall or the load.'
    severity: 2
    query: loadTextContent('../queries/vault-refusals.kql')
    dimensions: ['operation', 'status']
    threshold: 5
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'token-expires-in-30-days'
    title: 'SCIM: a token expires within 30 days'
    text: 'The token that this tenant uses expires within 30 days. If it was already rotated, remind the bank to enter the new one. If not, rotate it with an overlap.'
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
    text: 'The token that this tenant uses expires within 7 days. After that, every request gets 401. Call the bank: if the token was already rotated, the bank has to enter the new one. If not, rotate it today.'
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
    text: 'Five percent of the requests take longer than a second. The workbook shows which kinds of requests are slow, and their storage calls and retries.'
    severity: 3
    query: loadTextContent('../queries/latency.kql')
    dimensions: ['service']
    column: 'p95'
    aggregation: 'Maximum'
    threshold: 1000
    window: 'PT30M'
    frequency: 'PT15M'
  }
  {
    name: 'tenant-silent'
    title: 'SCIM: a tenant has stopped sending requests'
    text: 'This tenant has sent no request for more than three hours, although Entra sends requests every 40 minutes. Ask the bank whether the job was stopped or is in quarantine. If all tenants are silent at once, Entra cannot reach the service. After two days without a request, the alert resolves by itself.'
    severity: 2
    query: loadTextContent('../queries/silent-tenants.kql')
    dimensions: ['service', 'tenant']
    column: 'hoursSilent'
    aggregation: 'Minimum'
    threshold: 3
    window: 'P2D'
    frequency: 'PT30M'
  }
  {
    name: 'log-cap-near'
    title: 'SCIM: the daily cap of the logs is nearly reached'
    text: 'The workspace received more than four fifths of its daily cap in the last 24 hours. Once the cap is reached, it stores no logs until the next day, and no alert that is based on logs can fire.'
    severity: 2
    query: loadTextContent('../queries/log-cap-near.kql')
    dimensions: []
    column: 'megabytes'
    aggregation: 'Maximum'
    threshold: dailyCapGb * 800
    window: 'P1D'
    frequency: 'PT1H'
  }
  {
    name: 'log-cap-reached'
    title: 'SCIM: the daily cap of the logs is reached'
    text: 'The workspace stores no logs until the next day, so no alert that is based on logs can fire. Raise logDailyCapGb.'
    severity: 1
    query: loadTextContent('../queries/log-cap-reached.kql')
    dimensions: []
    window: 'PT1H'
    frequency: 'PT15M'
  }
]

var actionGroupId = resourceId('Microsoft.Insights/actionGroups', names.actionGroup)
var workspaceId = resourceId('Microsoft.OperationalInsights/workspaces', names.workspace)
var insightsId = resourceId('Microsoft.Insights/components', names.insights)

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${names.alerts}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${rule.title} (${environmentName})'
      description: '${rule.text} ${operationsPage}#${rule.name}'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      windowSize: rule.window
      evaluationFrequency: rule.frequency
      autoMitigate: true
      // The tests check the queries. Azure's own validation would fail in a new workspace, in which a table may not exist before its first row.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            query: rule.query
            timeAggregation: rule.?aggregation ?? 'Count'
            metricMeasureColumn: rule.?column
            operator: rule.?operator ?? 'GreaterThan'
            threshold: rule.?threshold ?? 0
            dimensions: [for dimension in rule.dimensions: { name: dimension, operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroupId]
        customProperties: { environment: environmentName, whatToDo: '${operationsPage}#${rule.name}' }
      }
    }
  }
]

// This alert uses a metric of Azure Storage, so it also shows throttling that the service's retries hide from its clients.
resource storageThrottled 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${names.alerts}-storage-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'Table Storage throttles requests or times out. Clients may not notice yet, because the service retries. Check the load of the storage account. ${operationsPage}#storage-throttled'
    severity: 2
    enabled: true
    scopes: [resourceId('Microsoft.Storage/storageAccounts/tableServices', names.dataStorage, 'default')]
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
        webHookProperties: { environment: environmentName, whatToDo: '${operationsPage}#storage-throttled' }
      }
    ]
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' existing = { name: names.app }

// Tests the service from outside. This also finds problems that no log shows, such as those with DNS, the certificate, the platform or the network, or a reached log cap.
resource availability 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${names.alerts}-not-available'
  location: location
  // this tag links the test to Application Insights
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${names.alerts}-not-available'
    Name: 'SCIM: /health (${environmentName})'
    Kind: 'standard'
    Enabled: true
    Frequency: 600
    Timeout: 30
    RetryEnabled: true
    // Amsterdam, Dublin, Paris: https://learn.microsoft.com/azure/azure-monitor/app/availability#location-population-tags
    Locations: map(['emea-nl-ams-azr', 'emea-gb-db3-azr', 'emea-fr-pra-edge'], id => { Id: id })
    Request: {
      RequestUrl: 'https://${empty(testedHostName) ? app.properties.defaultHostName : testedHostName}/health'
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}

resource notAvailable 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${names.alerts}-not-available'
  location: 'global'
  tags: tags
  properties: {
    description: 'Two of the three locations do not get 200 from /health, or the certificate expires in less than 14 days. ${operationsPage}#not-available'
    severity: 0
    enabled: true
    scopes: [availability.id, insightsId]
    windowSize: 'PT15M'
    evaluationFrequency: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: availability.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [
      {
        actionGroupId: actionGroupId
        webHookProperties: { environment: environmentName, whatToDo: '${operationsPage}#not-available' }
      }
    ]
  }
}
