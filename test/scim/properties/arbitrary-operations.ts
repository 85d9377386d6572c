import fc from 'fast-check';
import { copyJson, type Json, type JsonObject } from '../../../shared/scim/json.ts';
import type { Operation } from '../../../shared/scim/patch/operations.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { text, writtenAdvisor } from './arbitrary-advisors.ts';
import { grammaticalText } from './arbitrary-filters.ts';

const URN = advisors.resourceType.schema;
const attributeNames = [
  'userName',
  'externalId',
  'displayName',
  'active',
  'name',
  'addresses',
  'name.givenName',
  'NAME.familyname',
  'addresses.type',
  'addresses.primary',
  'addresses.formatted',
];
const fixedNames = [
  'id',
  'schemas',
  'meta',
  'meta.version',
  'nickName',
  'name.middleName',
  '__proto__',
  'constructor.prototype',
  'toString',
];
const valuePaths = [
  '[type eq "work"]',
  '[type eq "Home"]',
  '[primary eq true]',
  '[type eq "other" and primary eq true]',
  '[formatted sw "a" or type pr]',
  '[not (type eq "work")]',
  '[type eq "new"]',
  '[street eq "x"]',
  '[type eq null]',
  '[primary eq "True"]',
  '[value eq "x"]',
];

const path = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...attributeNames) },
  { weight: 3, arbitrary: fc.constantFrom(...fixedNames) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...valuePaths), fc.constantFrom('', '.formatted', '.type', '.primary', '.street'))
      .map(([filter, sub]) => `addresses${filter}${sub}`),
  },
  { weight: 1, arbitrary: grammaticalText.map((one) => one.toWellFormed()) },
);
const anyPath = path.chain((one) => fc.constantFrom(one, one, `${URN}:${one}`));

const element = fc.record(
  {
    formatted: fc.oneof(text, fc.constant('')),
    type: fc.oneof(text, fc.constant(null)),
    primary: fc.oneof(fc.boolean(), fc.constantFrom('True', 'x')),
    street: text,
  },
  { requiredKeys: [] },
);
const simple = fc.oneof(
  text,
  fc.boolean(),
  fc.constantFrom<unknown>('', null, 'True', 'false', 5, -0, 'a\0b', '__proto__'),
);
const value = fc.oneof(
  simple,
  element,
  fc.array(element, { maxLength: 3 }),
  fc.record({ givenName: simple, familyName: simple, middleName: simple }, { requiredKeys: [] }),
  fc.constantFrom<unknown>([], {}, [[]], [null], [{}], [{ value: 'ann', $ref: null }], {
    __proto__: null,
    constructor: 1,
  }),
  fc.jsonValue({ maxDepth: 3 }),
);
const asJson = (one: unknown): Json => copyJson(JSON.parse(JSON.stringify(one)));

const pathless = fc.oneof(
  fc.dictionary(fc.oneof(anyPath, fc.constantFrom(URN, '__proto__', 'constructor')), value, { maxKeys: 4 }),
  writtenAdvisor,
  fc.record({ [URN]: writtenAdvisor }),
  value,
);

const sensibleOp = fc.constantFrom('add', 'replace', 'remove');
const sensible = (path: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Operation> =>
  fc.record({ op: sensibleOp, path, value: value.map(asJson) });
const goodElement = fc.record({ formatted: text, type: text, primary: fc.boolean() }, { requiredKeys: ['formatted'] });
const sensibleOperation = fc.oneof(
  sensible(fc.constantFrom('displayName', 'externalId', 'name.givenName', 'name.familyName', 'addresses.type'), text),
  sensible(fc.constantFrom('active', 'addresses.primary'), fc.boolean()),
  sensible(fc.constant('name'), fc.record({ givenName: text, familyName: text }, { requiredKeys: [] })),
  sensible(fc.constant('addresses'), fc.array(goodElement, { maxLength: 3 })),
  sensible(
    fc.constantFrom('work', 'home', 'Ann').map((type) => `addresses[type eq "${type}"]`),
    goodElement,
  ),
  sensible(
    fc.constantFrom('type eq "work"', 'primary ne true', 'type pr').map((one) => `addresses[${one}].formatted`),
    text,
  ),
);

const anyOperation: fc.Arbitrary<Operation> = fc
  .record({
    op: fc.constantFrom('add', 'replace', 'replace', 'remove', 'Add', 'Replace', 'REMOVE', 'move', ''),
    path: fc.option(anyPath, { nil: undefined, freq: 4 }),
    value: fc.option(value, { nil: undefined, freq: 8 }),
    pathless,
  })
  .map((one) => {
    const chosen = one.path === undefined ? one.pathless : one.value;
    return {
      op: one.op,
      ...(one.path !== undefined && { path: one.path }),
      ...(chosen !== undefined && { value: asJson(chosen) }),
    };
  });

/** An operation that a client might send. It is often valid, but not always. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(sensibleOperation, anyOperation);

/** Operations that set an attribute, whole or in parts, to its current value. */
export function operationsWithoutEffect(written: JsonObject): readonly Operation[] {
  const members = Object.entries(written);
  const { name } = written;
  return [
    { op: 'replace', value: written },
    { op: 'add', value: written },
    ...members.flatMap(([path, one]) => [
      { op: 'replace', path, value: one },
      { op: 'add', path, value: one },
    ]),
    ...Object.entries(typeof name === 'object' && name !== null ? name : {}).map(([sub, one]) => ({
      op: 'replace',
      path: `name.${sub}`,
      value: one as Json, // the values of a JSON object are JSON
    })),
  ];
}
