import { AsyncLocalStorage } from 'node:async_hooks';
import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { patience, SignInFailed } from './calls.ts';

/** A table: the https address of a storage account or a connection string, and the table's name. */
export interface TablePlace {
  readonly tables: string;
  readonly name: string;
}

/**
 * Connects to a table: with the credential if `tables` is the https address of an account, else with the connection string (Azurite).
 * The SDK's retries are off, because they would hide whether a write was tried before (calls.ts).
 */
export function connectTable(
  { tables, name }: TablePlace,
  credential: () => TokenCredential,
  extra: TableServiceClientOptions = {},
): TableClient {
  const options: TableServiceClientOptions = {
    ...extra,
    additionalPolicies: [escapeLineSeparators, conditionalDelete, ...(extra.additionalPolicies ?? [])],
  };
  const table = isAccountUrl(tables)
    ? new TableClient(tables, name, limitSignIn(credential()), options)
    : TableClient.fromConnectionString(tables, name, { ...options, allowInsecureConnection: true });
  for (const policy of IDLE_POLICIES) table.pipeline.removePolicy({ name: policy });
  return table;
}

/** Policies of the SDK that no call needs. Table Storage does not compress or redirect, and calls.ts retries. */
const IDLE_POLICIES = [
  'decompressResponsePolicy',
  'formDataPolicy',
  'multipartPolicy',
  'defaultRetryPolicy',
  'tracingPolicy',
  'redirectPolicy',
  'logPolicy',
];

/** The time for a sign-in, in milliseconds. It is shorter than that of an attempt, so that the log names the identity endpoint. */
const SIGN_IN_TIMEOUT = patience.attempt * 0.8;

/**
 * Limits the time of a sign-in. The SDK shares one sign-in among all calls and does not abort it with them, so an identity endpoint that hangs would
 * block every later call. Rejects with SignInFailed.
 */
export function limitSignIn(credential: TokenCredential, milliseconds = SIGN_IN_TIMEOUT): TokenCredential {
  return {
    async getToken(scopes, options) {
      const abort = new AbortController();
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        abort.abort();
        late.reject(new Error(`The identity endpoint did not answer within ${milliseconds} ms.`));
      }, milliseconds);
      try {
        return await Promise.race([
          credential.getToken(scopes, { ...options, abortSignal: abort.signal }),
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

/** Whether `tables` is the address of an account. There the deployment creates the tables, and the app's identity may not. */
export const isAccountUrl = (tables: string): boolean => URL.parse(tables)?.protocol === 'https:';

type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

const expectedETag = new AsyncLocalStorage<string>();

/** Submits a transaction whose first delete is carried out only if the row still has this ETag. */
export const withExpectedETag = <T>(etag: string, submit: () => Promise<T>): Promise<T> =>
  expectedETag.run(etag, submit);

/**
 * Replaces the asterisk in the first delete of a transaction with the expected ETag. The SDK sends every delete of a transaction with "If-Match: *"
 * and has no option for an ETag, so a deletion or a move could remove a version that the request has not read.
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

/** Throws if the batch has no delete to make conditional. */
function makeConditional(batch: unknown, etag: string): string {
  const text = typeof batch === 'string' ? batch : '';
  const start = text.indexOf('\nDELETE ');
  const end = text.indexOf('\r\n\r\n', start);
  const headers = text.slice(start, end);
  if (start < 0 || !/^if-match: \*\r?$/im.test(headers))
    throw new Error('The transaction has no delete to make conditional.');
  return `${text.slice(0, start)}${headers.replace(/^if-match: \*/im, () => `if-match: ${etag}`)}${text.slice(end)}`;
}

/**
 * Escapes U+2028 and U+2029, which JSON allows in strings. Azurite splits the batch of a transaction at these characters, so the batch would fail.
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
