import { expect, test } from '@jest/globals';
import { type Resource, resourceOf, type Snapshot, snapshotText } from './snapshot.ts';

/** Everything in which production differs from test, besides names, tags and host names. */
const DIFFERENCES = [
  // locks
  ...['locks no-delete', 'locks no-delete', 'locks no-delete'].map(
    (lock) => `Microsoft.Authorization/${lock} is there`,
  ),
  // logs are kept longer
  'Microsoft.OperationalInsights/workspaces log-bookme-E: properties.retentionInDays = 180',
  // three zones
  'Microsoft.Storage/storageAccounts stdbookme: sku.name = "Standard_ZRS"',
  'Microsoft.Storage/storageAccounts sthbookme: sku.name = "Standard_ZRS"',
  'Microsoft.Web/serverfarms plan-bookme-E: properties.zoneRedundant = true',
  // only Entra gets through
  ...[
    '0.action = "Allow"',
    '0.ipAddress = "AzureActiveDirectory"',
    '0.name = "Entra provisioning"',
    '0.priority = 100',
    '0.tag = "ServiceTag"',
  ].map((rule) => `Microsoft.Web/sites func-bookme-E: properties.siteConfig.ipSecurityRestrictions.${rule}`),
  'Microsoft.Web/sites func-bookme-E: properties.siteConfig.ipSecurityRestrictionsDefaultAction = "Deny"',
];

test('production differs from test only where the environments do', () => {
  const inTest = countOf(factsOf('test'));
  const added = factsOf('production').filter((fact) => {
    const left = inTest.get(fact) ?? 0;
    inTest.set(fact, left - 1);
    return left <= 0;
  });
  expect(added.toSorted()).toEqual(DIFFERENCES.toSorted());
});

test('test has nothing that production lacks', () => {
  const inProduction = new Set(factsOf('production').map(withoutValue));
  expect(
    factsOf('test')
      .map(withoutValue)
      .filter((fact) => !inProduction.has(fact)),
  ).toEqual([]);
});

const withoutValue = (fact: string): string => fact.split(' = ')[0] ?? fact;

function countOf(facts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const fact of facts) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  return counts;
}

/** Every value of every resource, one line each, with the environment's own names taken out. */
function factsOf(environment: 'test' | 'production'): readonly string[] {
  const suffix = resourceOf(environment, 'Microsoft.Web/sites').name.split('-').at(-1) ?? '';
  const host = environment === 'test' ? 'api.test-env.booking' : 'api.booking';
  const text = snapshotText(environment)
    .replaceAll(host, 'HOST')
    .replaceAll(environment, 'E')
    .replaceAll(`-${suffix}`, '')
    .replaceAll(suffix, '');
  const { predictedResources }: Snapshot = JSON.parse(text);
  return predictedResources.flatMap(factsOfResource);
}

/** Ids and the names that are GUIDs are made from the environment's name: the types and scopes are compared instead. */
function factsOfResource({ id: _, ...resource }: Resource): readonly string[] {
  const name = /^[0-9a-f-]{36}$/.test(resource.name) ? 'GUID' : resource.name;
  const title = `${resource.type} ${name}`;
  if (resource.type === 'Microsoft.Authorization/locks') return [`${title} is there`];
  return [`${title} is there`, ...leaves({ ...resource, name }).map((leaf) => `${title}: ${leaf}`)];
}

function leaves(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [`${path.join('.')} = ${JSON.stringify(value)}`];
}
