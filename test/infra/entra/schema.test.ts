import { expect, test } from '@jest/globals';
import { sourceOf } from '../../../infra/entra/expression.ts';
import { applyEdits, locate, memberOf } from '../../../infra/entra/json-text.ts';
import { attributeMappingOf, mappingsOf } from '../../../infra/entra/mapping.ts';
import { refuseUnknownAttributes, schemaDifferences } from '../../../infra/entra/schema-differences.ts';
import { editSchema } from '../../../infra/entra/schema-edit.ts';
import { readSyncSchema } from '../../../infra/entra/sync-schema.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { rooms } from '../../../shared/services/rooms.ts';
import { defineService } from '../../../shared/services/service.ts';
import { readPage, tableBelow } from '../../docs/markdown.ts';
import { active, defaultSchemaText, graphSource } from '../../stand-ins/graph-default-schema.ts';

const given = defaultSchemaText('scim.t.a', 'version 1');
const sourceFor = ({ declared }: { readonly declared: string }) => {
  const source = sourceOf(declared);
  if (!source) throw new Error(`${declared} is not known.`);
  return source;
};
const edited = (text: string, service = advisors) => editSchema(readSyncSchema(text), mappingsOf(service), sourceFor);

/** The text without our two parts and without OData annotations. */
function withoutOurs(text: string): string {
  const { users, groups, root } = readSyncSchema(text);
  const ours = [memberOf(users, 'attributeMappings'), ...groups.map((group) => memberOf(group, 'enabled'))];
  const edits = ours.flatMap((node) => (node ? [{ start: node.start, end: node.end, text: '' }] : []));
  expect(root.members.length).toBeGreaterThan(3);
  return applyEdits(text, edits).replace(/"\w*@odata.context": "[^"]*",\s*/g, '');
}

test('a schema of more than 3,000 lines keeps every byte outside our mappings', () => {
  expect(given.split('\n').length).toBeGreaterThan(3_000);
  expect(withoutOurs(edited(given))).toBe(withoutOurs(given));
});

test('a correct mapping keeps its own text', () => {
  const text = given.replace('"defaultValue": "",', '"defaultValue" :\t"",');
  const [before, after] = [text, edited(text)].map((one) =>
    one.slice(one.indexOf('"targetAttributeName": "displayName"')).slice(0, 200),
  );
  expect(after?.slice(0, 150)).toBe(before?.slice(0, 150));
});

test('an edited schema has no differences, and editing it again changes nothing', () => {
  const once = edited(given);
  expect(schemaDifferences(readSyncSchema(once), mappingsOf(advisors))).toEqual([]);
  expect(edited(once)).toBe(once);
});

test('rooms lose what only advisors have', () => {
  const texts = schemaDifferences(readSyncSchema(edited(given)), mappingsOf(rooms)).map(
    ({ kind, text }) => `${kind} ${text}`,
  );
  expect(texts).toContain('- attribute mapping name.familyName <- surname');
  expect(texts).toContain('- attribute mapping name.givenName <- givenName');
  expect(texts.filter((text) => !text.startsWith('- '))).toEqual([]);
});

test.each([
  ['blanks in an expression', active.replaceAll(' ', ''), active],
  ['its case', '[objectid]', '[objectId]'],
])('%s is not a difference', (_name, written, wanted) => {
  const text = edited(given).replaceAll(JSON.stringify(wanted), JSON.stringify(written));
  expect(schemaDifferences(readSyncSchema(text), mappingsOf(advisors))).toEqual([]);
});

test.each([
  ['only during object creation', '"flowType": "Always"', '"flowType": "ObjectAddOnly"', 'ObjectAddOnly -> Always'],
  ['without Delete', '"Add, Update, Delete"', '"Add,Update"', 'Add,Update -> Create, Update, Delete'],
  ['with a default value', '"defaultValue": ""', '"defaultValue": "x"', 'default value "x" -> none'],
])('a users mapping %s is a difference that is corrected', (_name, from, to, text) => {
  const right = edited(given);
  const at = right.lastIndexOf('"enabled":'); // the users mapping comes last
  const wrong = right.slice(0, at) + right.slice(at).replace(from, to);
  const texts = schemaDifferences(readSyncSchema(wrong), mappingsOf(advisors)).map((one) => one.text);
  expect(texts).toEqual([expect.stringContaining(text)]);
  expect(schemaDifferences(readSyncSchema(edited(wrong)), mappingsOf(advisors))).toEqual([]);
});

test('an attribute that the application does not list is reported, with the listed ones', () => {
  const text = given.replaceAll('addresses[type eq \\"work\\"].formatted', 'addresses[type eq \\"other\\"].formatted');
  const refuse = () => refuseUnknownAttributes(readSyncSchema(text), mappingsOf(advisors));
  expect(refuse).toThrow(/addresses\[type eq "work"\]\.formatted is not in the application's attribute list/);
});

test('a schema without a mapping of users is an error that shows what it maps', () => {
  expect(() => readSyncSchema(given.replace('"sourceObjectName": "User"', '"sourceObjectName": "Worker"'))).toThrow(
    /Worker to urn:/,
  );
});

test.each([
  ['Advisors', advisors],
  ['Rooms', rooms],
] as const)("the generated mappings of %s are those of the guide's table", (heading, service) => {
  const rows = tableBelow(readPage('docs/entra-setup.md'), heading);
  const generated = mappingsOf(service).map((mapping) => attributeMappingOf(mapping));
  const shown = generated.map(({ targetAttributeName, source, matchingPriority }) => ({
    'target attribute': targetAttributeName,
    source: source.expression.replace(/^\[(\w+)\]$/, '$1'),
    'mapping type': source.type === 'Function' ? 'Expression' : 'Direct',
    'matching precedence': matchingPriority > 0 ? String(matchingPriority) : '',
  }));
  expect(new Set(shown)).toEqual(new Set(rows));
  for (const one of generated)
    expect(one).toMatchObject({ flowType: 'Always', flowBehavior: 'FlowWhenChanged', defaultValue: '' });
});

test('the Switch of active leaves its empty default out of the parameters', () => {
  expect(sourceOf(active)).toEqual(graphSource(active));
});

test('a third service with its own attribute works without further changes', () => {
  const desks = defineService('desks', 'A desk', [
    { name: 'userName', description: 'Its name.', required: true, uniqueness: 'server', entra: 'userPrincipalName' },
    { name: 'title', description: 'Its kind.', entra: 'jobTitle' },
  ]);
  expect(mappingsOf(desks)).toMatchObject([
    { target: 'userName', expression: '[userPrincipalName]', matchingPriority: 1 },
    { target: 'title', expression: '[jobTitle]', matchingPriority: 0 },
  ]);
});

test.each(['{"a": [1, {"b":"x\\"]}"}], "c":-1.5e+3 }', '[ ]', '{}', '[[],{}]'])(
  'the positions of values are found in %s',
  (text) => {
    const root = locate(text);
    expect(root.value).toEqual(JSON.parse(text));
    expect(text.slice(root.start, root.end)).toBe(text.trim());
  },
);
