import { describe, expect, test } from '@jest/globals';
import { resourceOf, resourcesOf, SNAPSHOTS } from './snapshot.ts';

describe.each(SNAPSHOTS)('alerts of %s', (environment) => {
  const actionGroup = resourceOf(environment, 'Microsoft.Insights/actionGroups');

  test('all notify the action group', () => {
    const rules = resourcesOf(environment, 'Microsoft.Insights/scheduledQueryRules');
    const metrics = resourcesOf(environment, 'Microsoft.Insights/metricAlerts');
    expect(rules.length).toBeGreaterThan(0);
    for (const { properties } of rules) {
      expect(properties).toMatchObject({ enabled: true, actions: { actionGroups: [actionGroup.id] } });
    }
    for (const { properties } of metrics) {
      expect(properties).toMatchObject({ enabled: true, actions: [{ actionGroupId: actionGroup.id }] });
    }
  });

  test('are sent to at least one mail address', () => {
    expect(actionGroup.properties).toMatchObject({
      enabled: true,
      emailReceivers: expect.arrayContaining([expect.objectContaining({ emailAddress: expect.stringContaining('@') })]),
    });
  });

  test('query only this environment', () => {
    const ids = [
      resourceOf(environment, 'Microsoft.OperationalInsights/workspaces').id,
      resourceOf(environment, 'Microsoft.Storage/storageAccounts/tableServices').id,
      resourceOf(environment, 'Microsoft.Insights/components').id,
      resourceOf(environment, 'Microsoft.Insights/webtests').id,
    ];
    for (const type of ['Microsoft.Insights/scheduledQueryRules', 'Microsoft.Insights/metricAlerts']) {
      for (const { properties } of resourcesOf(environment, type))
        expect(ids).toEqual(expect.arrayContaining(list(properties['scopes'])));
    }
  });
});

test.each(SNAPSHOTS)('an availability test checks %s and its certificate from outside', (environment) => {
  const { properties } = resourceOf(environment, 'Microsoft.Insights/webtests');
  expect(properties).toMatchObject({
    Kind: 'standard',
    Request: { RequestUrl: expect.stringContaining('/health') },
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 },
  });
});

test('the alert on the daily cap fires before the cap is reached', () => {
  const workspace = resourceOf('production', 'Microsoft.OperationalInsights/workspaces').properties;
  const near = resourcesOf('production', 'Microsoft.Insights/scheduledQueryRules').find(({ name }) =>
    name.endsWith('log-cap-near'),
  );
  const { dailyQuotaGb } = workspace['workspaceCapping'] as { dailyQuotaGb: number }; // the resource type's shape
  expect(near?.properties).toMatchObject({ criteria: { allOf: [{ threshold: dailyQuotaGb * 800 }] } });
});

const list = (value: unknown): unknown[] => (Array.isArray(value) && value.length > 0 ? value : ['nothing']);
