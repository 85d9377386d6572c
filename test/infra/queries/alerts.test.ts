import { describe, expect, test } from '@jest/globals';
import { analyze } from './kusto.ts';
import { alertQueries, alertRules } from './queries.ts';

const environments = ['test', 'production'] as const;
const rules = environments.flatMap((environment) => alertRules(environment).map((rule) => [rule.name, rule] as const));

/** https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule: what the query of an alert must not use. */
const UNSUPPORTED = /\b(bag_unpack|pivot|narrow|AggregatedValue)\b/;
const NUMERIC = ['int', 'long', 'real', 'decimal'];

/**
 * The windows that Azure accepts, in minutes. All except P2D can also be frequencies, and a frequency must not be longer than the window.
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/monitor_scheduled_query_rules_alert_v2
 */
const minutes: Readonly<Record<string, number>> = {
  PT5M: 5,
  PT10M: 10,
  PT15M: 15,
  PT30M: 30,
  PT45M: 45,
  PT1H: 60,
  PT2H: 120,
  PT3H: 180,
  PT4H: 240,
  PT5H: 300,
  PT6H: 360,
  P1D: 1440,
  P2D: 2880,
};

test.each(environments)('every query has a rule, and the query of every rule is in a file: %s', (environment) => {
  const watched = new Set(alertRules(environment).map(({ text }) => text));
  expect([...watched].sort()).toEqual(
    alertQueries()
      .map(({ text }) => text)
      .sort(),
  );
});

describe('the rule', () => {
  test.each(rules)('%s compares and splits by columns of the result', (_name, { text, dimensions, column }) => {
    const { columns } = analyze(text);
    expect(columns.get('TimeGenerated')).toBe('datetime');
    for (const dimension of dimensions) expect(columns.get(dimension)).toBe('string');
    expect(dimensions.length).toBeLessThanOrEqual(6);
    if (column !== undefined) expect(NUMERIC).toContain(columns.get(column));
    expect(text).not.toMatch(UNSUPPORTED);
  });

  test.each(rules)('%s compares a column or counts rows', (_name, { column, properties }) => {
    const { allOf } = properties['criteria'] as { allOf: readonly { timeAggregation: string }[] }; // as alerts.bicep writes it
    expect(allOf.map(({ timeAggregation }) => timeAggregation === 'Count')).toEqual([column === undefined]);
  });

  test.each(rules)('%s has a window that is at least as long as its frequency', (_name, { properties }) => {
    const [window = 0, frequency = 0] = ['windowSize', 'evaluationFrequency'].map(
      (name) => minutes[String(properties[name])],
    );
    expect(frequency).toBeGreaterThanOrEqual(5);
    expect(window).toBeGreaterThanOrEqual(frequency);
    expect(frequency).toBeLessThan(minutes['P2D'] ?? 0);
  });

  test.each(rules)('%s notifies the action group, and links to what to do', (name, { properties }) => {
    const word = name.replace(/^[a-z0-9]+-(test|production)-/, '');
    const actions = properties['actions'] as { actionGroups: readonly string[]; customProperties: object };
    expect(actions.actionGroups).toEqual([expect.stringContaining('/actionGroups/')]);
    expect(actions.customProperties).toMatchObject({
      whatToDo: expect.stringMatching(`^https://.*/docs/operations\\.md#${word}$`),
    });
    expect(properties['description']).toMatch(new RegExp(`https://.*/docs/operations\\.md#${word}$`));
  });
});
