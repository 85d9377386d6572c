import { isRecord, type JsonRecord } from '../commands/shared/json.ts';

/** A path of an attribute mapping: `attr`, `attr.sub`, `attr[type eq "x"].sub`, or `urn:…:attr` of an extension (RFC 7644 section 3.10). */
interface AttributePath {
  /** The URN of the extension, which is the key of its attributes in a resource; undefined for the core schema. */
  readonly extension: string | undefined;
  readonly attribute: string;
  /** The value of `[type eq "…"]`. */
  readonly type: string | undefined;
  readonly subAttribute: string | undefined;
}

/** Whether a path contains a value filter. */
export const hasFilter = (path: string): boolean => path.includes('[');

/** Reads the value at a path. */
export function readPath(resource: JsonRecord, path: string): unknown {
  const { extension, attribute, type, subAttribute } = parsePath(path);
  const all = extension === undefined ? resource : objectAt(resource, extension);
  const value = type === undefined ? all[attribute] : elementOf(all[attribute], type);
  if (subAttribute === undefined) return value;
  return isRecord(value) ? value[subAttribute] : undefined;
}

/** Writes a value at a path into a resource that is being built. */
export function writePath(resource: Record<string, unknown>, path: string, value: unknown): void {
  const { extension, attribute, type, subAttribute } = parsePath(path);
  if (extension !== undefined) resource[extension] = { ...objectAt(resource, extension), [attribute]: value };
  else if (subAttribute === undefined) resource[attribute] = value;
  else if (type === undefined) resource[attribute] = { ...objectAt(resource, attribute), [subAttribute]: value };
  else resource[attribute] = withElement(resource[attribute], type, { [subAttribute]: value });
}

/** Sets values in the element of a type, which is added if it does not exist. Returns the new elements. */
function withElement(elements: unknown, type: string, values: JsonRecord): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(elements) ? elements : [];
  const found = elementOf(all, type);
  if (found === undefined) return [...all, { type, ...values }];
  return all.map((element) => (element === found && isRecord(element) ? { ...element, ...values } : element));
}

function parsePath(path: string): AttributePath {
  const [, extension, core = path] = /^(urn:.+):(\w+)$/.exec(path) ?? [];
  const [, attribute = core, type, subAttribute] = /^(\w+)(?:\[type eq "(\w+)"\])?(?:\.(\w+))?$/.exec(core) ?? [];
  return { extension, attribute, type, subAttribute };
}

function elementOf(value: unknown, type: string): unknown {
  return Array.isArray(value) ? value.find((element) => isRecord(element) && element['type'] === type) : undefined;
}

function objectAt(resource: JsonRecord, attribute: string): JsonRecord {
  const value = resource[attribute];
  return isRecord(value) ? value : {};
}
