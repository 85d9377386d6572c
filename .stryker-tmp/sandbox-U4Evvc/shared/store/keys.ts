// @ts-nocheck
import { hash } from 'node:crypto';

/** Index rows begin with "~", which no resource's RowKey does: a tenant's resources are the one range RowKey < "~". */
export const END_OF_RESOURCES = '~';

/** A lower-case GUID, the only form in which an id or a plain RowKey is one. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/**
 * The RowKey of a resource: its externalId where that is a lower-case GUID, as Entra's objectId is; else a hash, since Table Storage allows
 * neither every character nor every length in a key; else its id.
 */
export function resourceKey(externalId: string | undefined, id: string): string {
  if (externalId === undefined) return `n.${id}`;
  return isGuid(externalId) ? externalId : `x.${sha256(externalId)}`;
}

/** The RowKey of the row that finds a resource by its id. */
export const idKey = (id: string): string => `~id.${id}`;

/** The RowKey of the row that keeps a value of a unique attribute unique, and finds the resource by it. `folded` is the fold of the value. */
export const uniqueKey = (attribute: string, folded: string): string => `~${attribute}.${sha256(folded)}`;

const sha256 = (text: string): string => hash('sha256', text);
