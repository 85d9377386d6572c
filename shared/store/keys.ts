import { hash } from 'node:crypto';

/** The RowKeys of a tenant's resources sort before "~". The RowKeys of all its other rows begin with "~". */
export const END_OF_RESOURCES = '~';

/** Whether a text is a GUID in lower case, as ids and the RowKeys made from them are. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/**
 * The RowKey of a resource. It is the externalId if that is a GUID in lower case, as Entra's objectId is. For any other externalId it is a hash,
 * because Table Storage limits the characters and the length of a key. Without an externalId it contains the id.
 */
export function resourceKey(externalId: string | undefined, id: string): string {
  if (externalId === undefined) return `n.${id}`;
  return isGuid(externalId) ? externalId : `x.${sha256(externalId)}`;
}

/** The RowKey of the index row that leads from an id to the resource. */
export const idKey = (id: string): string => `~id.${id}`;

/** The RowKey of the index row that keeps a value unique and leads from it to the resource. `folded` is the value as comparableText returns it. */
export const uniqueKey = (attribute: string, folded: string): string => `~${attribute}.${sha256(folded)}`;

const sha256 = (text: string): string => hash('sha256', text);
