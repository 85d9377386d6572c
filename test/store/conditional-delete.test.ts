import { describe, expect, test } from '@jest/globals';
import { conditionalDelete, withExpectedETag } from '../../shared/store/connect.ts';

type Request = Parameters<typeof conditionalDelete.policy.sendRequest>[0];

/** The body that the policy sends for a request with this body. */
async function sent(body: unknown): Promise<unknown> {
  const request = { body } as Request; // the policy looks at nothing else
  await conditionalDelete.policy.sendRequest(request, async () => ({}) as never);
  return request.body;
}

/** A part of a batch, as the SDK writes it. */
const part = (verb: string, headers: readonly string[], body = '') =>
  [
    '--changeset_1',
    'content-type: application/http',
    '',
    `${verb} http://x/advisors(1) HTTP/1.1`,
    ...headers,
    '',
    body,
  ].join('\r\n');

const any = ['accept: application/json', 'If-Match: *'];
const removal = part('DELETE', any);
const update = part('PUT', any, '{"displayName":"DELETE if-match: *"}');

test('the first delete of a transaction gets the ETag, and everything else is sent unchanged', async () => {
  const batch = [update, removal, removal].join('\r\n');
  const conditional = part('DELETE', [any[0] ?? '', 'if-match: W/"1$&"']);
  expect(await withExpectedETag('W/"1$&"', () => sent(batch))).toBe([update, conditional, removal].join('\r\n'));
});

test('only the condition is replaced', async () => {
  const headers = (condition: string) => ['x-if-match: *', condition, 'accept: */*'];
  const conditional = part('DELETE', headers('if-match: W/"1"'));
  expect(await withExpectedETag('W/"1"', () => sent(part('DELETE', headers('If-Match: *'))))).toBe(conditional);
});

test('a transaction without an ETag is sent unchanged', async () => {
  expect(await sent(removal)).toBe(removal);
});

describe('a transaction is not sent if its delete cannot be made conditional:', () => {
  test.each([
    ['it has no delete', update],
    ['its delete has no condition to replace, though a later part has', [part('DELETE', []), update].join('\r\n')],
    ['the name of its condition is longer', part('DELETE', ['x-if-match: *'])],
    ['its condition is not an asterisk alone', part('DELETE', ['if-match: *x'])],
    ['it has no body', undefined],
    ['its body is no text', Buffer.from(removal)],
  ])('%s', async (_what, body) => {
    await expect(withExpectedETag('W/"1"', () => sent(body))).rejects.toThrow('no delete to make conditional');
  });
});
