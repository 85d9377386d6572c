import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { badRequest } from '../scim/errors.ts';

/**
 * A cursor (RFC 9865) is a position in one query of one tenant. It is signed with a key that is derived from the caller's token, so every instance
 * can read it, and it is of no use for another tenant, service or query. It consists of URL-unreserved characters.
 */
interface Cursors {
  readonly write: (position: string) => string;
  /** Throws invalidCursor. */
  readonly read: (cursor: string) => string;
}

const DIGEST_BYTES = 12;
const MAC_BYTES = 18;
/** How many characters of a cursor are decoded. The service's own cursors are shorter. */
const LONGEST = 400;

/** The cursors of a query. `token` is the caller's token. `query` is everything that has to stay the same from page to page. */
export function cursorsOf(token: string, service: string, query: string): Cursors {
  const key = Buffer.from(hkdfSync('sha256', token, '', `bookme-scim cursor ${service}`, 32));
  const digest = createHash('sha256').update(query).digest().subarray(0, DIGEST_BYTES);
  const sign = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);

  function write(position: string): string {
    const body = Buffer.concat([digest, Buffer.from(position)]);
    return Buffer.concat([sign(body), body]).toString('base64url');
  }

  function read(cursor: string): string {
    const bytes = Buffer.from(cursor.slice(0, LONGEST), 'base64url');
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
