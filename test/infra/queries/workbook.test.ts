import { expect, test } from '@jest/globals';
import { deployedWorkbook, readWorkbook } from './queries.ts';

const workbook = readWorkbook();
const parameters = workbook.items.flatMap(({ content }) => content.parameters ?? []);
const queries = workbook.items.filter(({ type }) => type === 3);

/** https://github.com/microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json */
const TYPES = { text: 1, query: 3, parameters: 9 };

test('it is a notebook of texts, parameters and queries, each with a unique name', () => {
  expect(workbook.version).toBe('Notebook/1.0');
  for (const { type } of workbook.items) expect(Object.values(TYPES)).toContain(type);
  const names = workbook.items.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(['test', 'production'])(
  'it is deployed as it is in its file, and queries the workspace: %s',
  (environment) => {
    const deployed = deployedWorkbook(environment);
    expect(deployed.workbook).toEqual({ ...workbook, fallbackResourceIds: [deployed.workspace] });
    expect(deployed.workspace).toContain('Microsoft.OperationalInsights/workspaces');
  },
);

test('every query uses the chosen time range and only existing parameters', () => {
  expect(queries.length).toBeGreaterThan(10);
  for (const { content } of queries) {
    expect(content).toMatchObject({
      version: 'KqlItem/1.0',
      queryType: 0,
      resourceType: 'microsoft.operationalinsights/workspaces',
      timeContextFromParameter: 'TimeRange',
      title: expect.any(String),
      visualization: expect.stringMatching(/^(table|timechart)$/),
    });
    const named = [...(content.query ?? '').matchAll(/\{([A-Z]\w+)(?::\w+)?\}/g)].map(([, name]) => name);
    for (const name of named) expect(parameters.map((parameter) => parameter.name)).toContain(name);
  }
});

test('it contains the charts that an operator needs', () => {
  expect(queries.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'tenants',
      'changes',
      'latency',
      'tolerances',
      'last-requests',
      'tokens',
      'brake',
      'storage',
    ]),
  );
});
