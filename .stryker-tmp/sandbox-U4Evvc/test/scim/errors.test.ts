// @ts-nocheck
import { expect, test } from '@jest/globals';
import { badRequest, methodNotAllowed, unavailable } from '../../shared/scim/errors.ts';

test('a detail that was cut within a character is Unicode text all the same', () => {
  const { detail, message } = badRequest('invalidValue', '😀'.slice(0, 1));
  expect(detail).toBe('\ufffd');
  expect(message).toBe(detail);
});

test('405 names the methods that are possible, 503 when to come back', () => {
  expect(methodNotAllowed(['GET', 'POST'], 'x')).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  expect(unavailable('storage', 'x')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
});
