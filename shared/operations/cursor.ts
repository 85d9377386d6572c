import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { badRequest } from '../scim/errors.ts';

/**
 * Writes and reads the cursors (RFC 9865) of one query. A cursor is a position, signed with a key that is derived from the caller's token. So every
 * instance can read it, and it is not valid for another tenant, service or query. It consists of URL-unreserved characters.
 */
interface Cursors {
  readonly write: (position: string) => string;
  /** Throws invalidCursor. */
  readonly read: (cursor: string) => string;
}

const DIGEST_BYTES = 12;
const MAC_BYTES = 18;
/** The most characters of a cursor that are decoded. The service's own cursors are shorter. */
const MAX_LENGTH = 400;

/** The cursors of a query. `token` is the caller's token, and `query` is the text that has to stay the same from page to page. */
export function cursorsOf(token: string, service: string, query: string): Cursors {
  const key = Buffer.from(hkdfSync('sha256', token, '', `bookme-scim cursor ${service}`, 32));
  const digest = createHash('sha256').update(query).digest().subarray(0, DIGEST_BYTES);
  const sign = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);

  function write(position: string): string {
    const body = Buffer.concat([digest, Buffer.from(position)]);
    return Buffer.concat([sign(body), body]).toString('base64url');
  }

  function read(cursor: string): string {
    const bytes = Buffer.from(cursor.slice(0, MAX_LENGTH), 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    const isOurs =
      bytes.toString('base64url') === cursor && // Buffer.from skips characters that it cannot decode
      bytes.length >= MAC_BYTES + DIGEST_BYTES &&
      timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(body));
    if (!isOurs || !body.subarray(0, DIGEST_BYTES).equals(digest)) {
      throw badRequest(
        'invalidCursor',
        'The cursor does not belong to this query and Secret Token. Start again with an empty cursor.',
      );
    }
    return body.subarray(DIGEST_BYTES).toString();
  }

  return { write, read };
}
