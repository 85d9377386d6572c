import { expect, test } from '@jest/globals';
import { describeError } from '../../shared/http/describe-error.ts';

test('what the log gets of an error is where it came from, never its message or what hangs on it', () => {
  const request = { headers: { authorization: 'Bearer contoso.secret' }, body: 'anna@contoso.com' };
  const error = Object.assign(new TypeError('anna@contoso.com\n    at the door'), {
    code: 'ECONNRESET',
    statusCode: 500,
    request,
  });
  const described = describeError(error);
  expect(described).toMatchObject({ name: 'TypeError', code: 'ECONNRESET', status: 500 });
  expect(JSON.stringify(described)).toContain('describe-error.test.ts');
  expect(JSON.stringify(described)).not.toMatch(/anna|secret|the door/);
});

test('of what is no error it gets the type', () => {
  expect(describeError('anna@contoso.com')).toBe('string');
});
