import { AsyncLocalStorage } from 'node:async_hooks';
import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { patience, SignInFailed } from './calls.ts';

/** Where a table is: the https address of a storage account or a connection string, and the table's name. */
export interface TablePlace {
  readonly tables: string;
  readonly name: string;
}

/**
 * Connects to a table: with the given identity if `tables` is the https address of an account, else with a connection string (Azurite).
 * The SDK's own retries are off, because they hide whether a write was tried before (see calls.ts).
 */
export function connectTable(
  { tables, name }: TablePlace,
  credential: () => TokenCredential,
  extra: TableServiceClientOptions = {},
): TableClient {
  const options: TableServiceClientOptions = {
    ...extra,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [escapeLineSeparators, conditionalDelete, ...(extra.additionalPolicies ?? [])],
  };
  const table = isAccountUrl(tables)
    ? new TableClient(tables, name, limitSignIn(credential()), options)
    : TableClient.fromConnectionString(tables, name, { ...options, allowInsecureConnection: true });
  for (const policy of IDLE_POLICIES) table.pipeline.removePolicy({ name: policy });
  return table;
}

/** SDK policies that no call needs: responses of Table Storage are never compressed, redirected or multipart, and calls.ts does the retries. */
const IDLE_POLICIES = [
  'decompressResponsePolicy',
  'formDataPolicy',
  'multipartPolicy',
  'defaultRetryPolicy',
  'tracingPolicy',
  'redirectPolicy',
  'logPolicy',
];

/** How long a sign-in may take, in milliseconds. It ends before the attempt that waits for it, so that the log names the identity endpoint. */
const SIGN_IN_TIMEOUT = patience.attempt * 0.8;

/**
 * Limits how long a sign-in may take. The SDK shares one sign-in among all calls and does not give it up with them, so an identity endpoint that
 * hangs would hold up every later call. Rejects with SignInFailed, which distinguishes a failed sign-in from a failed call.
 */
export function limitSignIn(credential: TokenCredential, milliseconds = SIGN_IN_TIMEOUT): TokenCredential {
  return {
    async getToken(scopes, options) {
      const giveUp = new AbortController();
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        giveUp.abort();
        late.reject(new Error(`The identity endpoint did not answer within ${milliseconds} ms.`));
      }, milliseconds);
      try {
        return await Promise.race([
          credential.getToken(scopes, { ...options, abortSignal: giveUp.signal }),
          late.promise,
        ]);
      } catch (cause) {
        throw new SignInFailed('The sign-in to Table Storage failed.', { cause });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Whether `tables` is the address of an account. The deployment made the tables there, and the identity may not make any. */
export const isAccountUrl = (tables: string): boolean => URL.parse(tables)?.protocol === 'https:';

type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

const expectedETag = new AsyncLocalStorage<string>();

/** Runs a transaction whose first delete is carried out only if the row still has this ETag. */
export const withExpectedETag = <T>(etag: string, submit: () => Promise<T>): Promise<T> =>
  expectedETag.run(etag, submit);

/**
 * The SDK sends every delete of a transaction with "If-Match: *" and has no option for an ETag. This policy replaces the asterisk in the first
 * delete with the ETag that was read. Without it, a DELETE request with If-Match, or the move of a resource to another RowKey, could remove a
 * version that the request has not seen.
 */
export const conditionalDelete: AdditionalPolicy = {
  position: 'perCall',
  policy: {
    name: 'conditionalDelete',
    sendRequest(request, next) {
      const etag = expectedETag.getStore();
      if (etag !== undefined) request.body = makeConditional(request.body, etag);
      return next(request);
    },
  },
};

/** Throws if the first delete of the batch cannot be made conditional. An unconditional delete would remove any version of the row. */
function makeConditional(batch: unknown, etag: string): string {
  const text = typeof batch === 'string' ? batch : '';
  const [before, headers = ''] = split(text, text.indexOf('\nDELETE '));
  const [own, after] = split(headers, headers.search(/\r?\n\r?\n/));
  if (!/^if-match: \*\r?$/im.test(own)) throw new Error('The transaction has no delete to make conditional.');
  return `${before}${own.replace(/^if-match: \*/im, () => `if-match: ${etag}`)}${after}`;
}

/** The text before a position, and the text from there on. If the position is negative, the first part is the whole text. */
const split = (text: string, at: number): readonly [string, string] =>
  at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];

/**
 * JSON may contain U+2028 and U+2029 unescaped. But a server that splits the batch of a transaction into lines may end a line there, as Azurite
 * does, and then the batch fails. The two characters occur only in strings, where an escape means the same.
 */
const escapeLineSeparators: AdditionalPolicy = {
  position: 'perCall',
  policy: {
    name: 'escapeLineSeparators',
    sendRequest(request, next) {
      if (typeof request.body === 'string')
        request.body = request.body.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
      return next(request);
    },
  },
};
