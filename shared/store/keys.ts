import { hash } from 'node:crypto';

/** The RowKeys of a tenant's resources sort before "~". The RowKeys of all its other rows begin with "~". */
export const END_OF_RESOURCES = '~';

/** Whether a text is a GUID in lower case. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/**
 * The RowKey of a resource: the externalId if it is a GUID in lower case, as Entra's objectId is, or the hash of any other externalId, because Table
 * Storage limits the characters and the length of a key. Without an externalId, the RowKey contains the id.
 */
export function resourceKey(externalId: string | undefined, id: string): string {
  if (externalId === undefined) return `n.${id}`;
  return isGuid(externalId) ? externalId : `x.${sha256(externalId)}`;
}

/** The RowKey of the index row that points from an id to the resource. */
export const idKey = (id: string): string => `~id.${id}`;

/** The RowKey of the index row that keeps a value unique and points from it to the resource. `folded` is the result of comparableText. */
export const uniqueKey = (attribute: string, folded: string): string => `~${attribute}.${sha256(folded)}`;

const sha256 = (text: string): string => hash('sha256', text);
