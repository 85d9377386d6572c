import { expect, test } from '@jest/globals';
import {
  badRequest,
  conflict,
  damaged,
  methodNotAllowed,
  notFound,
  notImplemented,
  preconditionFailed,
  quote,
  ScimError,
  unavailable,
} from '../../shared/scim/errors.ts';

test('a detail that was cut inside a surrogate pair is still valid Unicode', () => {
  const { detail, message } = badRequest('invalidValue', '😀'.slice(0, 1));
  expect(detail).toBe('\ufffd');
  expect(message).toBe(detail);
});

test('a 405 has the header Allow, and a 503 has Retry-After', () => {
  expect(methodNotAllowed(['GET', 'POST'], 'x')).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  expect(unavailable('storage', 'x')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
});

test('each constructor sets the status, the scimType, the reason, the headers and the cause', () => {
  const kindOf = ({ name, status, scimType, reason, headers, cause }: ScimError) => ({
    name,
    status,
    scimType,
    reason,
    headers,
    cause,
  });
  const plain = { name: 'ScimError', scimType: undefined, reason: undefined, headers: {}, cause: undefined };
  const cause = new Error('x');
  expect(kindOf(new ScimError(400, 'x'))).toEqual({ ...plain, status: 400 });
  expect(kindOf(badRequest('noTarget', 'x'))).toEqual({ ...plain, status: 400, scimType: 'noTarget' });
  expect(kindOf(notFound('x'))).toEqual({ ...plain, status: 404 });
  expect(kindOf(conflict('x'))).toEqual({ ...plain, status: 409, scimType: 'uniqueness' });
  expect(kindOf(preconditionFailed('x'))).toEqual({ ...plain, status: 412 });
  expect(kindOf(notImplemented('x'))).toEqual({ ...plain, status: 501 });
  expect(kindOf(damaged())).toEqual({ ...plain, status: 500, reason: 'damage' });
  expect(damaged().detail).toMatch(/^BookMe's record of this resource is damaged\./);
  expect(kindOf(unavailable('vault', 'x', { cause, retryAfter: 7 }))).toEqual({
    ...plain,
    status: 503,
    reason: 'vault',
    headers: { 'retry-after': '7' },
    cause,
  });
});

test.each([
  ['a "b"', '"a "b""'],
  ['line\nbreak', '"line\\nbreak"'],
  ['x'.repeat(201), `"${'x'.repeat(200)}"`],
])("a client's text is quoted, cut and escaped: %j", (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});
