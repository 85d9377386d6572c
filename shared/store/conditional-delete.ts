import { AsyncLocalStorage } from 'node:async_hooks';
import type { TableServiceClientOptions } from '@azure/data-tables';

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
      if (etag !== undefined && typeof request.body === 'string') request.body = withETag(request.body, etag);
      return next(request);
    },
  },
};

function withETag(batch: string, etag: string): string {
  const header = /if-match: \*/gi;
  header.lastIndex = batch.indexOf('\nDELETE ');
  const found = header.exec(batch);
  if (!found) throw new Error('The transaction has no delete to make conditional.');
  return `${batch.slice(0, found.index)}if-match: ${etag}${batch.slice(header.lastIndex)}`;
}
