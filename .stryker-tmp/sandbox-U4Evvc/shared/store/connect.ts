// @ts-nocheck
import { AsyncLocalStorage } from 'node:async_hooks';
import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { patience, SignInFailed } from './calls.ts';

/** Where a table is: an account's https address or a connection string, and its name there. */
export interface TablePlace {
  readonly tables: string;
  readonly name: string;
}

/**
 * Connects to a table: with the given identity where `tables` is an account's https address, else with a connection string (Azurite).
 * The SDK's own retries are off: they hide whether a write was tried before (see calls.ts).
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
    ? new TableClient(tables, name, inTime(credential()), options)
    : TableClient.fromConnectionString(tables, name, { ...options, allowInsecureConnection: true });
  for (const policy of IDLE_POLICIES) table.pipeline.removePolicy({ name: policy });
  return table;
}

/** What the SDK does for every call and none of ours needs: a table's answers are never compressed, redirected or multipart, and calls.ts retries. */
const IDLE_POLICIES = [
  'decompressResponsePolicy',
  'formDataPolicy',
  'multipartPolicy',
  'defaultRetryPolicy',
  'tracingPolicy',
  'redirectPolicy',
  'logPolicy',
];

/** A sign-in ends before the attempt that waits for it, in milliseconds: then the log names the one that did not answer. */
const SIGN_IN = patience.attempt * 0.8;

/**
 * A sign-in that ends in time. The SDK shares one that is under way among all calls and does not give it up with them: a hanging identity
 * endpoint would hold up every call from then on. Rejects with SignInFailed, which tells a failed sign-in from a failed call.
 */
export function inTime(credential: TokenCredential, milliseconds = SIGN_IN): TokenCredential {
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

/** Whether tables are named by an account's address; then they were made by the deployment, and the identity may not make any. */
export const isAccountUrl = (tables: string): boolean => URL.parse(tables)?.protocol === 'https:';

type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

const expectedETag = new AsyncLocalStorage<string>();

/** Runs a transaction whose first delete is made only if the row still has this ETag. */
export const underETag = <T>(etag: string, submit: () => Promise<T>): Promise<T> => expectedETag.run(etag, submit);

/**
 * The SDK sends every delete of a transaction with "If-Match: *" and offers no other way. This policy puts the ETag that was read back in its
 * place: without it a DELETE with If-Match, and the move of a resource to another RowKey, would take away a version nobody has seen.
 */
export const conditionalDelete: AdditionalPolicy = {
  position: 'perCall',
  policy: {
    name: 'conditionalDelete',
    sendRequest(request, next) {
      const etag = expectedETag.getStore();
      if (etag !== undefined) request.body = underCondition(request.body, etag);
      return next(request);
    },
  },
};

/** Throws where the first delete of the batch cannot be made conditional: sent as it is, it would take away whatever stands there. */
function underCondition(batch: unknown, etag: string): string {
  const text = typeof batch === 'string' ? batch : '';
  const [before, headers = ''] = split(text, text.indexOf('\nDELETE '));
  const [own, after] = split(headers, headers.search(/\r?\n\r?\n/));
  if (!/^if-match: \*\r?$/im.test(own)) throw new Error('The transaction has no delete to make conditional.');
  return `${before}${own.replace(/^if-match: \*/im, () => `if-match: ${etag}`)}${after}`;
}

/** The text before a place and from it on; all of it before where there is no such place. */
const split = (text: string, at: number): readonly [string, string] =>
  at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];

/**
 * JSON may hold U+2028 and U+2029 as they are, but whoever splits the batch of a transaction into lines may end a line there, as Azurite does, and
 * the batch is lost. They occur in strings only, so that an escape says the same.
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
