import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RegisteredFunction, registeredFunctions } from '../../infra/local/functions-core.ts';
import { services } from '../../shared/services/services.ts';
import { type RunningService, startService } from '../service/service.ts';

let service: RunningService;
let functions: readonly RegisteredFunction[];
beforeAll(async () => {
  service = await startService();
  functions = registeredFunctions();
});
afterAll(() => service.stop());

const nameOf = ({ metadata }: RegisteredFunction): string => metadata.name;
const triggerOf = ({ metadata }: RegisteredFunction) =>
  Object.values(metadata.bindings).find(({ type }) => type === 'httpTrigger');
const functionsWith = (type: string) =>
  functions.filter(({ metadata }) => Object.values(metadata.bindings).some((binding) => binding.type === type));
const ofService = (prefix: string) => functions.filter((one) => nameOf(one).startsWith(prefix));

const prefixOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

describe.each(services.map(({ name }) => [prefixOf(name), name]))(
  'the functions whose names start with %s',
  (prefix, name) => {
    test('are one for each verb, one for each discovery endpoint, and a catch-all', () => {
      const table = ofService(prefix).map((one) => [nameOf(one), triggerOf(one)?.methods, triggerOf(one)?.route]);
      expect(table).toEqual([
        [`${prefix}Create`, ['POST'], `${name}/{scim}/Users`],
        [`${prefix}List`, ['GET', 'HEAD'], `${name}/{scim}/Users`],
        [`${prefix}Get`, ['GET', 'HEAD'], `${name}/{scim}/Users/{id}`],
        [`${prefix}Replace`, ['PUT'], `${name}/{scim}/Users/{id}`],
        [`${prefix}Patch`, ['PATCH'], `${name}/{scim}/Users/{id}`],
        [`${prefix}Delete`, ['DELETE'], `${name}/{scim}/Users/{id}`],
        [`${prefix}ServiceProviderConfig`, ['GET', 'HEAD'], `${name}/{scim}/ServiceProviderConfig`],
        [`${prefix}ResourceTypes`, ['GET', 'HEAD'], `${name}/{scim}/ResourceTypes/{id?}`],
        [`${prefix}Schemas`, ['GET', 'HEAD'], `${name}/{scim}/Schemas/{id?}`],
        [
          `${prefix}Unmatched`,
          expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
          `${name}/{scim}/{*path}`,
        ],
      ]);
    });

    test('have the catch-all last in alphabetical order, in which the host tries them', () => {
      const inOrder = ofService(prefix)
        .map(nameOf)
        .sort((a, b) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1));
      expect(inOrder.at(-1)).toBe(`${prefix}Unmatched`);
    });

    test('catch every method that the host can route', () => {
      const catchAll = ofService(prefix).find((one) => nameOf(one) === `${prefix}Unmatched`);
      expect(catchAll && triggerOf(catchAll)?.methods).toEqual(expect.arrayContaining(['HEAD', 'OPTIONS']));
    });
  },
);

test('every HTTP function is anonymous, because a SCIM client has a bearer token and no function key', () => {
  const triggers = functionsWith('httpTrigger').map(triggerOf);
  expect(triggers.length).toBeGreaterThanOrEqual(20);
  expect(triggers.map((trigger) => Reflect.get(Object(trigger), 'authLevel'))).toEqual(triggers.map(() => 'anonymous'));
});

test('all functions except Health and Maintenance belong to a service', () => {
  const others = functions.map(nameOf).filter((one) => !services.some(({ name }) => one.startsWith(prefixOf(name))));
  expect(others).toEqual(['Health', 'Maintenance']);
});

test('the maintenance runs every night, but not when the app starts', () => {
  const [timer, ...more] = functionsWith('timerTrigger');
  expect(more).toEqual([]);
  expect(timer?.metadata.name).toBe('Maintenance');
  const [trigger] = Object.values(timer?.metadata.bindings ?? {});
  expect(trigger).toMatchObject({ type: 'timerTrigger', schedule: '0 30 2 * * *' });
  expect(trigger).not.toHaveProperty('runOnStartup');
});

test('functions are started only by HTTP requests and timers', () => {
  const types = functions.flatMap(({ metadata }) => Object.values(metadata.bindings).map(({ type }) => type));
  expect(new Set(types)).toEqual(new Set(['httpTrigger', 'http', 'timerTrigger']));
});
