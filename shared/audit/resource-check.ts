import { ScimError } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import { strictReading } from '../scim/reading.ts';
import type { ResourceType } from '../scim/schema.ts';
import { validator } from '../scim/validation.ts';
import { readResource } from '../scim/values.ts';
import { changeFrom } from '../store/change-row.ts';
import { type Columns, cellsAsRead, FORMER_COLUMNS, isOwnColumn, isSystemColumn } from '../store/columns.ts';
import { isGuid } from '../store/keys.ts';
import type { Row } from '../store/resource-row.ts';
import type { Fault, FindingKind } from './finding.ts';

/** The faults within one resource row, regardless of other rows. */
export interface ColumnCheck {
  readonly faults: readonly Fault[];
  /** The row with repaired columns; undefined if there is nothing to repair. */
  readonly repaired: Readonly<Record<string, unknown>> | undefined;
}

/** Reports a fault of the row that is being checked. */
export type Report = (kind: FindingKind, detail: string, repairable?: boolean) => void;

type Cells = Readonly<Record<string, unknown>>;

/** Makes the check of a resource row's columns against the declaration. With `dropColumns`, the repair removes columns that are not declared. */
export function columnChecker(type: ResourceType, columns: Columns, dropColumns: boolean): (row: Row) => ColumnCheck {
  const checkAttributes = attributeChecker(type);
  const derived = new Set(type.writable.flatMap((attribute) => Object.keys(attribute.derived ?? {})));

  return (row) => {
    const cells: Cells = Object.fromEntries(Object.entries(row).filter(([name]) => !isSystemColumn(name)));
    const faults: Fault[] = [];
    const report: Report = (kind, detail, repairable = false) =>
      faults.push({ kind, rowKey: String(row.rowKey), detail, repairable });
    if (isTooLarge(row, cells)) report('row-too-large', 'It is larger than Table Storage allows a row to be.');
    checkOwn(cells, report);
    const unknown = checkNames(cells, report);
    const repairs = checkDeclared(cells, report);
    const kept = Object.entries(cells).filter(([name]) => !dropColumns || !unknown.includes(name));
    const needsRepair = Object.keys(repairs).length > 0 || kept.length < Object.keys(cells).length;
    return { faults, repaired: needsRepair ? { ...cellsAsRead(Object.fromEntries(kept)), ...repairs } : undefined };
  };

  function checkOwn(cells: Cells, report: Report): void {
    if (!isGuid(String(cells['id']))) report('invalid-id', 'Its id is missing or is not a lower-case GUID.');
    for (const name of ['created', 'lastModified'])
      if (!isDate(cells[name])) report('invalid-date', `Its column ${name} is missing or is not a date.`);
  }

  /** Returns the columns of attributes that are no longer declared, or that only a newer version knows. */
  function checkNames(cells: Cells, report: Report): readonly string[] {
    const unknown = Object.keys(cells).filter((name) => !isOwnColumn(name) && !columns.names.has(name));
    for (const name of unknown)
      if (dropColumns || !FORMER_COLUMNS.includes(name))
        report('unknown-column', `This version of the service does not write its column ${name}.`, dropColumns);
    return unknown;
  }

  function checkDeclared(cells: Cells, report: Report): Cells {
    const { attributes, unreadable } = columns.read(cells);
    for (const name of unreadable) report('unreadable-column', `Its column ${name} cannot be read.`);
    if (unreadable.length > 0) return {};
    checkAttributes(attributes, report);
    const expected: Cells = columns.toCells(attributes);
    const unassigned = type.writable.filter(
      ({ name, column = name, initial }) => initial !== undefined && cells[column] == null,
    );
    for (const { name } of unassigned) report('missing-value', `It has no ${name}, which every resource has.`, true);
    const wrong = [...derived].filter((name) => plainValue(cells[name]) !== plainValue(expected[name]));
    for (const name of wrong)
      report('wrong-derived-column', `Its column ${name} does not match the attribute that it is derived from.`, true);
    const repaired = [...wrong, ...unassigned.map(({ name, column = name }) => column)];
    return Object.fromEntries(repaired.map((name) => [name, expected[name]]));
  }
}

const isDate = (cell: unknown): boolean => cell instanceof Date && !Number.isNaN(cell.getTime());

/** The value of a cell without its type. The service writes some cells with a type, but the SDK returns them without it. */
const plainValue = (cell: unknown): unknown =>
  typeof cell === 'object' && cell !== null && 'value' in cell ? Number(cell.value) : cell;

/** Makes the check that attributes are in the form in which the service stores them, and pass its validation. Reports contain no values. */
export function attributeChecker(type: ResourceType): (attributes: JsonObject, report: Report) => void {
  const validate = validator(type);

  return (attributes, report) => {
    try {
      const kept = readResource(type, attributes, { reading: strictReading() });
      for (const { name } of type.writable)
        if (!equalJson(attributes[name], kept[name]))
          report('invalid-attribute', `Its attribute ${name} is not in the form in which the service stores it.`);
      validate.resource(kept);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      report('invalid-attribute', `Its attributes do not follow the schema. ${error.detail}`);
    }
  };
}

/**
 * The limits of a row, which Azurite does not enforce.
 * https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
const MAX_BYTES = 1024 * 1024;
const MAX_COLUMNS = 252;

/** Whether Table Storage would refuse a row of this size. `cells` are its columns without the keys, the ETag and the timestamp. */
export function isTooLarge(row: Row, cells: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(cells).length > MAX_COLUMNS || bytesOf(row, cells) > MAX_BYTES;
}

function bytesOf({ partitionKey = '', rowKey = '' }: Row, cells: Readonly<Record<string, unknown>>): number {
  const columns = Object.entries(cells).map(([name, value]) => 8 + 2 * name.length + bytesOfValue(value));
  return columns.reduce((sum, bytes) => sum + bytes, 4 + 2 * (partitionKey.length + rowKey.length));
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return 4 + 2 * value.length;
  if (value instanceof Uint8Array) return 4 + value.length;
  return typeof value === 'boolean' ? 1 : 16; // the longest of the other types is a GUID
}

/** Checks that a change row has every column, and that its time is the time in its key. */
export function checkChangeRow(row: Row): readonly Fault[] {
  const change = changeFrom(row);
  const detail = 'It is not a valid row of the history: a column is missing or contradicts its key.';
  const fault: Fault = { kind: 'invalid-change-row', rowKey: String(row.rowKey), detail, repairable: false };
  return change && isGuid(change.id) ? [] : [fault];
}
