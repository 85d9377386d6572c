import { CommandError } from '../commands/shared/command-error.ts';
import { recordOf, textOf } from './json.ts';
import { type JsonNode, locate, memberOf } from './json-text.ts';

/** A job's synchronization schema (Graph's synchronizationSchema) as text, and the parts that the command uses. */
export interface SyncSchema {
  /** The text that Graph sent. */
  readonly text: string;
  readonly root: JsonNode;
  /** Changes with every change of the schema. */
  readonly version: string;
  /** The id of the rule that maps users, which provisioning on demand needs. */
  readonly ruleId: string;
  /** "Provision Microsoft Entra ID Users". */
  readonly users: JsonNode;
  /** "Provision Microsoft Entra ID Groups"; most jobs have one. */
  readonly groups: readonly JsonNode[];
  readonly sourceDirectory: string;
  readonly targetDirectory: string;
}

/** Matches the name of the user object in the SCIM application. */
const userTarget = /:User$/i;

/** Whether Graph has already filled the schema of a new job. */
export const hasRules = (text: string): boolean => /"objectMappings"\s*:\s*\[\s*\{/.test(text);

/** Parses a schema. Throws CommandError with a list of its mappings if it does not have the documented structure. */
export function readSyncSchema(text: string): SyncSchema {
  const root = locate(text);
  const found = elementsOf(root, 'synchronizationRules').flatMap((rule) =>
    elementsOf(rule, 'objectMappings').map((mapping) => ({ rule, mapping })),
  );
  const users = found.filter(
    ({ mapping }) => sourceIs(mapping, 'user') && userTarget.test(stringAt(mapping, 'targetObjectName')),
  );
  const [one, ...more] = users;
  if (!one || more.length > 0)
    throw notAsExpected(
      users.length,
      found.map(({ mapping }) => mapping),
    );
  return {
    text,
    root,
    version: stringAt(root, 'version'),
    ruleId: stringAt(one.rule, 'id'),
    users: one.mapping,
    groups: found.filter(({ mapping }) => sourceIs(mapping, 'group')).map(({ mapping }) => mapping),
    sourceDirectory: stringAt(one.rule, 'sourceDirectoryName'),
    targetDirectory: stringAt(one.rule, 'targetDirectoryName'),
  };
}

/** The attribute names of an object in a directory's definition; undefined if the schema does not contain that definition. */
export function attributesIn(schema: SyncSchema, directory: string, object: string): readonly string[] | undefined {
  const named = (name: string) => (node: JsonNode) => stringAt(node, 'name').toLowerCase() === name.toLowerCase();
  const definition = elementsOf(schema.root, 'directories').find(named(directory));
  const attributes = elementsOf(elementsOf(definition, 'objects').find(named(object)), 'attributes');
  return attributes.length > 0 ? attributes.map((attribute) => stringAt(attribute, 'name')) : undefined;
}

/** The attribute mappings of an object mapping. */
export const attributeMappingsIn = (objectMapping: JsonNode): readonly JsonNode[] =>
  elementsOf(objectMapping, 'attributeMappings');

/** The string value of a member; empty if there is none. */
export const stringAt = (node: JsonNode | undefined, name: string): string => textOf(recordOf(node?.value)[name]);

const elementsOf = (node: JsonNode | undefined, name: string): readonly JsonNode[] =>
  memberOf(node, name)?.elements ?? [];

const sourceIs = (mapping: JsonNode, name: string): boolean =>
  stringAt(mapping, 'sourceObjectName').toLowerCase() === name;

function notAsExpected(count: number, mappings: readonly JsonNode[]): CommandError {
  const names = mappings.map(
    (node) =>
      `  ${stringAt(node, 'sourceObjectName')} to ${stringAt(node, 'targetObjectName')} (${stringAt(node, 'name')})`,
  );
  return new CommandError(
    [
      `The job's schema has ${count} mappings of users to a SCIM User, but exactly one is expected. Nothing was changed. It maps:`,
      ...(names.length > 0 ? names : ['  nothing']),
      'Restore the default mappings in the portal (Attribute mapping, Restore default mappings), then run the command again.',
    ].join('\n'),
  );
}
