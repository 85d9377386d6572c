import { type Resolved, resolveAttrPath, resolvedName, valuesOf } from '../scim/attr-path.ts';
import { type Draft, draft, isObject, type Json, type JsonObject } from '../scim/json.ts';
import { elementPredicate } from '../scim/match.ts';
import { parsePath } from '../scim/path.ts';
import { strictReading } from '../scim/reading.ts';
import type { Attribute, AttributeType, ResourceType } from '../scim/schema.ts';

/** A value in a column of Table Storage. Numbers have an explicit type, because the SDK would choose one for each number. */
export type Cell = string | boolean | bigint | { readonly type: 'Double'; readonly value: string };

/** Translates between a resource's attributes and the columns of its row. */
export interface Columns {
  /** The columns of the attributes, including the derived columns. */
  readonly toCells: (attributes: JsonObject) => Record<string, Cell>;
  /** The attributes in the columns. Throws if a column cannot be read. */
  readonly toAttributes: (cells: Cells) => JsonObject;
  /** The attributes, with the initial values of those that the row does not have, and the names of the columns that cannot be read. */
  readonly read: (cells: Cells) => { readonly attributes: JsonObject; readonly unreadable: readonly string[] };
  /** The names of all columns that are written. */
  readonly names: ReadonlySet<string>;
}

type Cells = Readonly<Record<string, unknown>>;

/** The columns of a resource row besides its attributes. */
export const OWN_COLUMNS: readonly string[] = ['id', 'created', 'lastModified', 'indexRows'];
/** The columns that the SDK adds to every row. */
const SYSTEM_COLUMNS: readonly string[] = ['partitionKey', 'rowKey', 'timestamp', 'etag'];
/** Columns that earlier versions wrote. They stay in their rows until an operator removes them (docs/audit.md). */
export const FORMER_COLUMNS: readonly string[] = ['stamp'];
/** The columns of other kinds of rows. No attribute may have one of these names. */
const OTHER_COLUMNS: readonly string[] = ['target'];

/** Whether the SDK adds this column to every row. */
export const isSystemColumn = (name: string): boolean => SYSTEM_COLUMNS.includes(name) || name.startsWith('odata.');
/** Whether a column of a resource row belongs to no attribute. */
export const isOwnColumn = (name: string): boolean => OWN_COLUMNS.includes(name) || isSystemColumn(name);

/** Derives the columns of a resource type. Throws if two attributes would share a column, or if Table Storage does not allow a name. */
export function columnsOf(type: ResourceType): Columns {
  const stored = type.writable.flatMap(storedColumns);
  const derived = type.writable.flatMap((attribute) =>
    Object.entries(attribute.derived ?? {}).map(([name, path]) => derivedColumn(type, name, path)),
  );
  const names = [...stored, ...derived].map(({ name }) => name);
  checkNames([...OWN_COLUMNS, ...SYSTEM_COLUMNS, ...FORMER_COLUMNS, ...OTHER_COLUMNS, ...names]);
  return {
    toCells: (attributes) => cellsOf([...stored, ...derived], attributes),
    toAttributes: (cells) => attributesOf(stored, cells),
    read: (cells) => readCells(type, stored, cells),
    names: new Set(names),
  };
}

interface Column {
  readonly name: string;
  readonly type: AttributeType;
  readonly read: (attributes: JsonObject) => Json | undefined;
}

interface StoredColumn extends Column {
  readonly target: Resolved;
}

/** A simple attribute has one column, a complex attribute has one for each sub-attribute, and a multi-valued attribute has one with its JSON. */
function storedColumns(attribute: Attribute): readonly StoredColumn[] {
  if (attribute.type === 'complex' && !attribute.multiValued)
    return attribute.subAttributes.map((sub) => storedColumn({ attribute, sub }));
  return [storedColumn({ attribute })];
}

function storedColumn(target: Resolved): StoredColumn {
  const { attribute, sub } = target;
  const leaf = sub ?? attribute;
  const read = leaf.multiValued
    ? (attributes: JsonObject) =>
        jsonText(sub ? asObject(attributes[attribute.name])[sub.name] : attributes[attribute.name])
    : (attributes: JsonObject) => valuesOf(attributes, target)[0];
  return { name: leaf.column ?? leaf.name, type: leaf.type, target, read };
}

const jsonText = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : draft());

/** A column for programs that read the table, such as the formatted address of type work. */
function derivedColumn(type: ResourceType, name: string, path: string): Column {
  const { attrPath, filter } = parsePath(path);
  const target = resolveAttrPath(type, attrPath);
  if (!target?.sub || !filter)
    throw new Error(`The derived column ${name} needs a path like addresses[type eq "work"].formatted.`);
  const { attribute, sub } = target;
  const matches = elementPredicate(attribute, filter, strictReading());
  const read = (attributes: JsonObject): Json | undefined => {
    const element = valuesOf(attributes, { attribute }).find(
      (candidate) => isObject(candidate) && matches(candidate) && candidate[sub.name] !== undefined,
    );
    return isObject(element) ? element[sub.name] : undefined;
  };
  return { name, type: sub.type, read };
}

function checkNames(names: readonly string[]): void {
  for (const name of names)
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`"${name}" cannot be the name of a column.`);
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
    throw new Error('Two attributes would share one column; give one a "column" of its own.');
}

function cellsOf(columns: readonly Column[], attributes: JsonObject): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const { name, type, read } of columns) {
    const cell = cellOf(type, read(attributes));
    if (cell !== undefined) cells[name] = cell;
  }
  return cells;
}

function cellOf(type: AttributeType, value: Json | undefined): Cell | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'number') return undefined;
  return type === 'integer' ? BigInt(value) : { type: 'Double', value: String(value) };
}

function readCells(type: ResourceType, columns: readonly StoredColumn[], cells: Cells) {
  const unreadable: string[] = [];
  const attributes: Draft = draft();
  for (const column of columns) {
    try {
      placeCell(attributes, column, cells);
    } catch {
      unreadable.push(column.name);
    }
  }
  for (const { name, column = name, initial } of type.writable)
    if (initial !== undefined && !unreadable.includes(column)) attributes[name] ??= initial;
  return { attributes, unreadable };
}

function attributesOf(columns: readonly StoredColumn[], cells: Cells): JsonObject {
  const attributes: Draft = draft();
  for (const column of columns) placeCell(attributes, column, cells);
  return attributes;
}

function placeCell(attributes: Draft, { name, target }: StoredColumn, cells: Cells): void {
  const cell = cells[name];
  if (cell !== undefined && cell !== null) place(attributes, target, cellValue(target, cell));
}

function place(attributes: Draft, { attribute, sub }: Resolved, value: Json): void {
  if (sub) attributes[attribute.name] = { ...asObject(attributes[attribute.name]), [sub.name]: value };
  else attributes[attribute.name] = value;
}

function cellValue(target: Resolved, cell: unknown): Json {
  const { multiValued, type } = target.sub ?? target.attribute;
  if (multiValued) return elementsIn(cell, type);
  const value = typeof cell === 'bigint' ? Number(cell) : cell;
  if (isJsonOf(type, value)) return value;
  throw new Error(`The column of ${resolvedName(target)} has a value of another type.`);
}

/** Whether a single value has the attribute's type. Dates, references and binary values are texts (RFC 7643 section 2.3). */
function isJsonOf(type: AttributeType, value: unknown): value is string | number | boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer' || type === 'decimal') return typeof value === 'number';
  return typeof value === 'string';
}

/** Throws if the column is not a JSON array, or if its elements are of another type. */
function elementsIn(cell: unknown, type: AttributeType): Json {
  const elements: unknown = JSON.parse(String(cell));
  const isElement = (element: unknown): boolean => isPlainObject(element) === (type === 'complex');
  if (!Array.isArray(elements) || !elements.every(isElement))
    throw new Error('The column is not a JSON array of its type.');
  return elements;
}

const isPlainObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Cells that the SDK read, in the form in which it writes the same types. The SDK reads a Double as a plain number, but would write a whole number as
 * Int32, which the service never writes.
 */
export const cellsAsRead = (cells: Cells): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [
      name,
      typeof cell === 'number' ? { type: 'Double', value: String(cell) } : cell,
    ]),
  );
