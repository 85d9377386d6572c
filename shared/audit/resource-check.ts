import { ScimError } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import { strictReading } from '../scim/reading.ts';
import type { ResourceType } from '../scim/schema.ts';
import { validator } from '../scim/validation.ts';
import { readResource } from '../scim/values.ts';
import type { Columns } from '../store/columns.ts';
import { isGuid } from '../store/keys.ts';
import type { Row } from '../store/resource-row.ts';
import type { Fault, FindingKind } from './finding.ts';

/** What one resource row says about itself, the other rows left aside. */
export interface ColumnCheck {
  readonly faults: readonly Fault[];
  /** The row with its derived columns and its stamp put right; undefined where they are right. */
  readonly mended: Readonly<Record<string, unknown>> | undefined;
}

/** Notes a fault of the row that is being checked. */
export type Report = (kind: FindingKind, detail: string, mendable?: boolean) => void;

type Cells = Readonly<Record<string, unknown>>;

/** What the SDK adds to every row. */
const SYSTEM = ['partitionKey', 'rowKey', 'timestamp', 'etag'];
/** What a resource row holds besides its attributes. */
const OWN = ['id', 'created', 'lastModified', 'stamp'];

/** Checks the columns of a resource row against the declaration. `newStamp` makes a stamp where one is missing. */
export function columnChecker(type: ResourceType, columns: Columns, newStamp: () => string): (row: Row) => ColumnCheck {
  const checkAttributes = attributeChecker(type);
  const derived = new Set(type.writable.flatMap((attribute) => Object.keys(attribute.derived ?? {})));

  return (row) => {
    const cells: Cells = Object.fromEntries(Object.entries(row).filter(([name]) => !isSystem(name)));
    const faults: Fault[] = [];
    const report: Report = (kind, detail, mendable = false) =>
      faults.push({ kind, rowKey: String(row.rowKey), detail, mendable });
    if (isTooLarge(row, cells)) report('row-too-large', 'It is larger than Table Storage allows a row to be.');
    const mends = { ...checkOwn(cells, report), ...checkDeclared(cells, report) };
    return { faults, mended: Object.keys(mends).length > 0 ? { ...cells, ...mends } : undefined };
  };

  function checkOwn(cells: Cells, report: Report): Cells {
    if (!isGuid(String(cells['id']))) report('invalid-id', 'Its id is missing or is no lower-case GUID.');
    for (const name of ['created', 'lastModified'])
      if (!isDate(cells[name])) report('invalid-date', `Its column ${name} is missing or holds no date.`);
    if (typeof cells['stamp'] === 'string' && cells['stamp'] !== '') return {};
    report('missing-stamp', 'It has no stamp of the write that made it.', true);
    return { stamp: newStamp() };
  }

  function checkDeclared(cells: Cells, report: Report): Cells {
    const unreadable = Object.keys(cells).filter((name) => !isReadable(columns, name, cells[name]));
    for (const name of unreadable) report('unreadable-column', `Its column ${name} cannot be read.`);
    if (unreadable.length > 0) return {};
    const attributes = columns.toAttributes(cells);
    checkAttributes(attributes, report);
    const expected: Cells = columns.toCells(attributes);
    const isKnown = (name: string) => OWN.includes(name) || derived.has(name) || Object.hasOwn(expected, name);
    for (const name of Object.keys(cells))
      if (!isKnown(name)) report('unknown-column', `Its column ${name} is none that the service writes.`);
    const wrong = [...derived].filter((name) => plainValue(cells[name]) !== plainValue(expected[name]));
    for (const name of wrong)
      report('wrong-derived-column', `Its column ${name} differs from what it is derived from.`, true);
    return Object.fromEntries(wrong.map((name) => [name, expected[name]]));
  }
}

const isSystem = (name: string): boolean => SYSTEM.includes(name) || name.startsWith('odata.');

const isDate = (cell: unknown): boolean => cell instanceof Date && !Number.isNaN(cell.getTime());

/** A cell's value; the service writes some with their type, and the SDK reads them without. */
const plainValue = (cell: unknown): unknown =>
  typeof cell === 'object' && cell !== null && 'value' in cell ? Number(cell.value) : cell;

function isReadable(columns: Columns, name: string, cell: unknown): boolean {
  try {
    columns.toAttributes({ [name]: cell });
    return true;
  } catch {
    return false;
  }
}

/** Checks that what is kept is what the service itself would keep of it, and passes the check of every write. No value is reported. */
export function attributeChecker(type: ResourceType): (attributes: JsonObject, report: Report) => void {
  const validate = validator(type);

  return (attributes, report) => {
    try {
      const kept = readResource(type, attributes, { reading: strictReading() });
      for (const { name, initial } of type.writable) {
        if (initial !== undefined && attributes[name] === undefined)
          report('missing-value', `It has no ${name}, which every resource has.`);
        else if (!equalJson(attributes[name], kept[name]))
          report('invalid-attribute', `Its attribute ${name} is not in the form in which the service keeps it.`);
      }
      validate.resource(kept);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      report('invalid-attribute', `Its attributes do not follow the schema. ${error.detail}`);
    }
  };
}

/** What Table Storage takes of one row and Azurite does not enforce: learn.microsoft.com, "Understanding the Table service data model". */
const MOST_BYTES = 1024 * 1024;
const MOST_COLUMNS = 252;

/** Whether Table Storage would refuse the row with this size. `cells` are its columns besides keys, ETag and timestamp. */
export function isTooLarge(row: Row, cells: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(cells).length > MOST_COLUMNS || bytesOf(row, cells) > MOST_BYTES;
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
