import { app } from '@azure/functions';
import { expect, test } from '@jest/globals';
import { hooksOf, lockRegistration, registeredFunctions } from '../../../infra/local/functions-core.ts';

const register = (name: string): void => app.http(name, { handler: () => ({}) });

test('keeps what the real library registers', () => {
  register('first');
  const [first] = registeredFunctions();
  expect(first?.metadata.name).toBe('first');
  expect(Object.values(first?.metadata.bindings ?? {})).toMatchObject([
    { type: 'httpTrigger', authLevel: 'anonymous', methods: ['GET', 'POST'] },
    { type: 'http', direction: 'out' },
  ]);
});

test('refuses a second function with the same name', () => {
  register('twice');
  expect(() => register('twice')).toThrow('A function with id "twice" has already been registered.');
});

test('removes a hook again', () => {
  const hook = app.hook.appStart(() => {});
  expect(hooksOf('appStart')).toHaveLength(1);
  hook.dispose();
  expect(hooksOf('appStart')).toHaveLength(0);
});

test('refuses hooks that it would not run', () => {
  expect(() => app.hook.log(() => {})).toThrow('Unrecognized hook "log"');
});

test('accepts no function after the start of the app', () => {
  lockRegistration(); // permanently, so this test is the last
  expect(() => register('late')).toThrow('A function can only be registered during app startup.');
});
