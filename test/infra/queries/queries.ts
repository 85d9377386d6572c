import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A query as Azure Monitor runs it. */
export interface Query {
  readonly name: string;
  readonly text: string;
}

/** An alert rule for the result of a query. */
export interface AlertRule extends Query {
  readonly dimensions: readonly string[];
  /** The column that is compared. Without it, the rows are counted. */
  readonly column: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

const infra = path.join(import.meta.dirname, '../../../infra');
const read = (name: string): string => readFileSync(path.join(infra, name), 'utf8');

/** The queries of the alerts: infra/queries. */
export function alertQueries(): readonly Query[] {
  const names = readdirSync(path.join(infra, 'queries')).filter((name) => name.endsWith('.kql'));
  return names.map((name) => ({ name, text: read(`queries/${name}`) }));
}

/** The queries of the console: infra/queries/console. */
export const consoleQueries = (): readonly Query[] =>
  ['requests', 'refusals'].map((name) => ({ name: `console/${name}.kql`, text: read(`queries/console/${name}.kql`) }));

/** The saved function of the workspace that returns the records of the service as a table. */
export const scimRequests: Query = { name: 'ScimRequests', text: read('queries/functions/ScimRequests.kql') };

/** The query with the saved functions inserted. */
export const withFunctions = (query: string): string =>
  query.includes(scimRequests.name) ? `let ${scimRequests.name} = () {\n${scimRequests.text}};\n${query}` : query;

/** The queries in docs/operations.md, without placeholders. */
export function operatorQueries(): readonly Query[] {
  const page = readFileSync(path.join(infra, '../docs/operations.md'), 'utf8');
  return [...page.matchAll(/^\*\*(.+)\*\*.*\n+```kusto\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => ({
    name: `docs/operations.md: ${name}`,
    text,
  }));
}

/** The rules as they would be deployed to an environment: from the snapshot of its template. */
export function alertRules(environment: string): readonly AlertRule[] {
  const { predictedResources } = JSON.parse(read(`${environment}.snapshot.json`));
  return predictedResources
    .filter((resource: { type: string }) => resource.type === 'Microsoft.Insights/scheduledQueryRules')
    .map(ruleOf);
}

function ruleOf({ name, properties }: { name: string; properties: DeployedRule }): AlertRule {
  const [condition] = properties.criteria.allOf;
  if (!condition) throw new Error(`${name} has no condition.`);
  return {
    name,
    text: condition.query,
    dimensions: condition.dimensions.map((dimension) => dimension.name),
    column: condition.metricMeasureColumn ?? undefined,
    properties: { ...properties },
  };
}

interface DeployedRule {
  readonly criteria: {
    readonly allOf: readonly {
      readonly query: string;
      readonly dimensions: readonly { readonly name: string }[];
      readonly metricMeasureColumn?: string | null;
    }[];
  };
}

interface WorkbookItem {
  readonly type: number;
  readonly name: string;
  readonly content: {
    readonly query?: string;
    readonly parameters?: readonly { readonly name: string; readonly query?: string }[];
  };
}

export interface Workbook {
  readonly version: string;
  readonly items: readonly WorkbookItem[];
}

export const readWorkbook = (): Workbook => JSON.parse(read('workbook.json'));

/** The workbook as it would be deployed to an environment, and the workspace that it belongs to. */
export function deployedWorkbook(environment: string): { readonly workbook: Workbook; readonly workspace: string } {
  const { predictedResources } = JSON.parse(read(`${environment}.snapshot.json`));
  const { properties } = predictedResources.find(
    (resource: { type: string }) => resource.type === 'Microsoft.Insights/workbooks',
  );
  return { workbook: JSON.parse(properties.serializedData), workspace: properties.sourceId };
}

/** The values that a workbook inserts for its parameters before it sends a query. */
const values: readonly (readonly [string, string])[] = [
  ['{TimeRange:grain}', '1h'],
  ['{Service}', "'advisors','rooms'"],
  ['{Tenant}', "'*'"],
];

/** The queries of the workbook, with values for its parameters. */
export function workbookQueries(): readonly Query[] {
  const written = readWorkbook().items.flatMap(({ name, content }) => [
    { name, text: content.query },
    ...(content.parameters ?? []).map((parameter) => ({ name: parameter.name, text: parameter.query })),
  ]);
  return written.flatMap(({ name, text }) =>
    text === undefined ? [] : [{ name: `workbook: ${name}`, text: fill(text) }],
  );
}

const fill = (text: string): string => values.reduce((filled, [name, value]) => filled.replaceAll(name, value), text);
