import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { withFunctions } from './queries.ts';

/** The result of the language service for a query. */
export interface Analysis {
  /** The problems of the query; empty if Azure Monitor accepts it. */
  readonly problems: readonly string[];
  /** The columns of its result, with their types. */
  readonly columns: ReadonlyMap<string, string>;
  /** The columns of tables that it reads, as Table.Column. */
  readonly reads: ReadonlySet<string>;
}

/** The used part of @kusto/language-service-next, whose own declarations are 40,000 lines of globals. */
interface List<T> {
  readonly Count: number;
  readonly getItem: (index: number) => T;
}
interface Column {
  readonly Name: string;
  readonly Type: { readonly Name: string };
}
interface Table {
  readonly Name: string;
  readonly Columns: List<Column>;
  readonly WithName: (name: string) => Table;
}
interface Node {
  readonly ChildCount: number;
  readonly GetChild: (index: number) => Node | null;
  readonly ReferencedSymbol?: unknown;
}
interface Code {
  readonly GetDiagnostics: () => List<{ readonly Message: string; readonly Severity: string; readonly Start: number }>;
  readonly ResultType: { readonly Columns?: List<Column> } | null;
  readonly Syntax: Node;
}
interface Globals {
  readonly WithDatabase: (database: object) => Globals;
}
interface KustoLanguage {
  readonly Symbols: {
    readonly TableSymbol: { readonly From: (schema: string) => Table };
    readonly DatabaseSymbol: { readonly $ctor1: new (name: string, members: readonly Table[]) => object };
  };
  readonly GlobalState: { readonly Default: Globals };
  readonly KustoCode: { readonly ParseAndAnalyze: (query: string, globals: Globals) => Code };
}

const language = load();
const tables = readTables();
const globals = language.GlobalState.Default.WithDatabase(new language.Symbols.DatabaseSymbol.$ctor1('logs', tables));
const columnsOfTables = new Map<unknown, string>(
  tables.flatMap((table) => items(table.Columns).map((column) => [column, `${table.Name}.${column.Name}`])),
);

/** The tables whose published columns the queries are checked against. */
export const tableNames: readonly string[] = tables.map((table) => table.Name);

/** Parses and type-checks a query as Azure Monitor would, against the published columns of the tables. */
export function analyze(query: string): Analysis {
  const code = language.KustoCode.ParseAndAnalyze(withFunctions(query), globals);
  const columns = code.ResultType?.Columns;
  return {
    problems: items(code.GetDiagnostics()).map(
      ({ Message, Start }) => `${Message} (at ${withFunctions(query).slice(Start, Start + 30)})`,
    ),
    columns: new Map(columns ? items(columns).map(({ Name, Type }) => [Name, Type.Name]) : []),
    reads: new Set(references(code.Syntax)),
  };
}

function references(node: Node): string[] {
  const name = columnsOfTables.get(node.ReferencedSymbol);
  const children = Array.from({ length: node.ChildCount }, (_, index) => node.GetChild(index));
  return [...(name ? [name] : []), ...children.flatMap((child) => (child ? references(child) : []))];
}

function items<T>(list: List<T>): readonly T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}

function readTables(): readonly Table[] {
  const folder = path.join(import.meta.dirname, 'tables');
  return readdirSync(folder).map((file) => {
    const { table, columns } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    const schema = Object.entries(columns).map(([name, type]) => `${name}: ${type}`);
    return language.Symbols.TableSymbol.From(`(${schema.join(', ')})`).WithName(table);
  });
}

/** The package consists of two browser scripts, which define a global. */
function load(): KustoLanguage {
  const require = createRequire(path.join(import.meta.dirname, 'kusto.ts'));
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  const { Kusto } = globalThis as unknown as { readonly Kusto: { readonly Language: KustoLanguage } };
  return Kusto.Language;
}
