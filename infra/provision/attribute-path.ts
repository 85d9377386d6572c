import { isRecord, type JsonRecord } from './json.ts';

interface AttributePath {
  readonly attribute: string;
  /** The value of `[type eq "…"]`. */
  readonly type: string | undefined;
  readonly subAttribute: string | undefined;
}

/** Reads the value at one of the mapping's paths: `attr`, `attr.sub` or `attr[type eq "x"].sub` (RFC 7644 section 3.5.2). */
export function readPath(resource: JsonRecord, path: string): unknown {
  const { attribute, type, subAttribute } = parse(path);
  const value = type === undefined ? resource[attribute] : elementOf(resource[attribute], type);
  if (subAttribute === undefined) return value;
  return isRecord(value) ? value[subAttribute] : undefined;
}

/** Writes a value at one of the mapping's paths into a resource that is being built. */
export function writePath(resource: Record<string, unknown>, path: string, value: unknown): void {
  const { attribute, type, subAttribute } = parse(path);
  if (subAttribute === undefined) resource[attribute] = value;
  else if (type !== undefined) resource[attribute] = [{ type, [subAttribute]: value }];
  else resource[attribute] = { ...objectAt(resource, attribute), [subAttribute]: value };
}

export const hasFilter = (path: string): boolean => path.includes('[');

function parse(path: string): AttributePath {
  const [, attribute = path, type, subAttribute] = /^(\w+)(?:\[type eq "(\w+)"\])?(?:\.(\w+))?$/.exec(path) ?? [];
  return { attribute, type, subAttribute };
}

function elementOf(value: unknown, type: string): unknown {
  return Array.isArray(value) ? value.find((element) => isRecord(element) && element['type'] === type) : undefined;
}

function objectAt(resource: JsonRecord, attribute: string): JsonRecord {
  const value = resource[attribute];
  return isRecord(value) ? value : {};
}
