import { CommandError } from '../commands/shared/command-error.ts';
import { added, changed, type Difference, removed } from './difference.ts';
import { normalised } from './expression.ts';
import { recordOf, textOf } from './json.ts';
import { type JsonNode, memberOf } from './json-text.ts';
import { type DesiredMapping, mappingDefaults } from './mapping.ts';
import { attributeMappingsIn, attributesIn, type SyncSchema, stringAt } from './sync-schema.ts';

/** The target object actions that a job needs. Without Delete, users who leave are neither disabled nor deleted. */
const actions = ['Add', 'Update', 'Delete'];

/** The differences between a job's schema and the mappings of a service, as lines of a plan. It ignores whitespace and the order of the mappings. */
export function schemaDifferences(schema: SyncSchema, desired: readonly DesiredMapping[]): readonly Difference[] {
  const pairs = desired.map((mapping) => ({ mapping, node: findMapping(schema.users, mapping.target) }));
  const kept = pairs.flatMap(({ node }) => node ?? []);
  return [
    ...objectDifferences(schema),
    ...pairs.flatMap(({ mapping, node }) =>
      node ? mappingDifferences(node, mapping) : [added('schema', `attribute mapping ${describe(mapping)}`)],
    ),
    ...attributeMappingsIn(schema.users)
      .filter((node) => !kept.includes(node))
      .map((node) => removed('schema', `attribute mapping ${describeNode(node)}`)),
  ];
}

/** The mapping to that target attribute. Attribute names are case insensitive (RFC 7643 section 2.1). */
export const findMapping = (objectMapping: JsonNode, target: string): JsonNode | undefined =>
  attributeMappingsIn(objectMapping).find(
    (node) => stringAt(node, 'targetAttributeName').toLowerCase() === target.toLowerCase(),
  );

/** The members of a mapping that differ from the desired ones. */
export function wrongMembers(node: JsonNode, desired: DesiredMapping): readonly string[] {
  const value = recordOf(node.value);
  const wanted = { ...mappingDefaults, matchingPriority: desired.matchingPriority };
  const wrong = (['flowBehavior', 'flowType', 'matchingPriority'] as const).filter(
    (name) => value[name] !== wanted[name],
  );
  return [
    ...(normalised(expressionIn(node)) === normalised(desired.expression) ? [] : ['source']),
    ...(textOf(value['defaultValue']) === '' ? [] : ['defaultValue']),
    ...wrong,
  ];
}

/** Whether the object mapping allows Entra to create, update and delete. `flowTypes` is a string of values separated by commas. */
export const hasAllActions = (objectMapping: JsonNode): boolean => {
  const allowed = stringAt(objectMapping, 'flowTypes')
    .split(',')
    .map((one) => one.trim());
  return actions.every((action) => allowed.includes(action));
};

/** `flowTypes` with every action. */
export const allActions = actions.join(',');

/** Whether an object mapping is enabled. */
export const isEnabled = (objectMapping: JsonNode): boolean => memberOf(objectMapping, 'enabled')?.value === true;

/** Whether the mapping of users has a scoping filter. */
export function hasScopingFilter({ users }: SyncSchema): boolean {
  const scope = recordOf(memberOf(users, 'scope')?.value);
  return ['groups', 'categoryFilterGroups', 'inputFilterGroups'].some(
    (name) => Array.isArray(scope[name]) && scope[name].length > 0,
  );
}

function objectDifferences({ users, groups }: SyncSchema): readonly Difference[] {
  const name = (node: JsonNode) => stringAt(node, 'name') || `${stringAt(node, 'sourceObjectName')} mapping`;
  return [
    ...(isEnabled(users) ? [] : [changed('schema', `${name(users)}: Enabled No -> Yes`)]),
    ...(hasAllActions(users)
      ? []
      : [
          changed(
            'schema',
            `${name(users)}: Target object actions ${stringAt(users, 'flowTypes') || 'none'} -> Create, Update, Delete`,
          ),
        ]),
    ...groups.filter(isEnabled).map((node) => changed('schema', `${name(node)}: Enabled Yes -> No`)),
  ];
}

function mappingDifferences(node: JsonNode, desired: DesiredMapping): readonly Difference[] {
  const value = recordOf(node.value);
  const texts: Readonly<Record<string, () => string>> = {
    source: () => `source ${shown(expressionIn(node)) || 'none'} -> ${shown(desired.expression)}`,
    defaultValue: () => `default value ${JSON.stringify(value['defaultValue'])} -> none`,
    flowType: () => `apply this mapping ${textOf(value['flowType'])} -> Always`,
    flowBehavior: () => `flow behaviour ${textOf(value['flowBehavior'])} -> FlowWhenChanged`,
    matchingPriority: () =>
      `matching precedence ${precedence(value['matchingPriority'])} -> ${precedence(desired.matchingPriority)}`,
  };
  const wrong = wrongMembers(node, desired).map((member) => texts[member]?.() ?? member);
  return wrong.length === 0 ? [] : [changed('schema', `attribute mapping ${desired.target}: ${wrong.join('; ')}`)];
}

/** The expression of a mapping's source. Older mappings of a constant contain the constant as their default value instead. */
function expressionIn(node: JsonNode): string {
  const value = recordOf(node.value);
  const expression = textOf(recordOf(value['source'])['expression']);
  return expression || JSON.stringify(textOf(value['defaultValue']));
}

/** An attribute without its brackets, as the portal shows it. */
const shown = (expression: string): string => expression.replace(/^\[(\w+)\]$/, '$1');

const precedence = (priority: unknown): string =>
  typeof priority === 'number' && priority > 0 ? String(priority) : 'none';

/** A desired mapping as text. */
export const describe = ({ target, declared, matchingPriority }: DesiredMapping): string =>
  `${target} <- ${declared}${matchingPriority > 0 ? ` (matching precedence ${matchingPriority})` : ''}`;

function describeNode(node: JsonNode): string {
  const priority = recordOf(node.value)['matchingPriority'];
  const matching = typeof priority === 'number' && priority > 0 ? ` (matching precedence ${priority})` : '';
  return `${stringAt(node, 'targetAttributeName')} <- ${shown(expressionIn(node))}${matching}`;
}

/** Throws CommandError if an attribute that must be mapped is not in the attribute list of the application or of the directory. */
export function refuseUnknownAttributes(schema: SyncSchema, desired: readonly DesiredMapping[]): void {
  const missing = desired.filter(({ target }) => !findMapping(schema.users, target));
  const targets = attributesIn(schema, schema.targetDirectory, stringAt(schema.users, 'targetObjectName'));
  refuseUnlisted(
    targets,
    missing.map(({ target }) => target),
    "the application's attribute list (Show advanced options, Edit attribute list)",
  );
  const sources = attributesIn(schema, schema.sourceDirectory, stringAt(schema.users, 'sourceObjectName'));
  const direct = desired.filter((one) => {
    const node = findMapping(schema.users, one.target);
    return /^\[\w+\]$/.test(one.expression) && (!node || wrongMembers(node, one).includes('source'));
  });
  refuseUnlisted(
    sources,
    direct.map(({ declared }) => declared),
    "the directory's attributes in this job's schema",
  );
}

function refuseUnlisted(known: readonly string[] | undefined, wanted: readonly string[], where: string): void {
  if (!known) return;
  const lower = known.map((name) => name.toLowerCase());
  const unknown = wanted.find((name) => !lower.includes(name.toLowerCase()));
  if (unknown === undefined) return;
  throw new CommandError(
    `${unknown} is not in ${where}, so the mappings were not changed. The list contains: ${known.toSorted().join(', ')}. Add the attribute there, then run the command again.`,
  );
}
