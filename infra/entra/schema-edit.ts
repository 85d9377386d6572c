import type { Source } from './expression.ts';
import { applyEdits, type Edit, type JsonNode, memberOf, removeMembers, setMember } from './json-text.ts';
import { attributeMappingOf, type DesiredMapping, mappingDefaults } from './mapping.ts';
import { allActions, findMapping, hasAllActions, isEnabled, wrongMembers } from './schema-differences.ts';
import { attributeMappingsIn, type SyncSchema } from './sync-schema.ts';

/** Returns the source of a desired mapping in Graph's form. */
export type SourceFor = (desired: DesiredMapping) => Source;

/**
 * The schema's text with the desired mappings of users, and with the mapping of groups disabled. OData annotations are removed, because only a
 * response contains them. Everything else stays the same, byte for byte.
 */
export function editSchema(schema: SyncSchema, desired: readonly DesiredMapping[], sourceFor: SourceFor): string {
  return applyEdits(schema.text, [
    ...annotationsIn(schema.root),
    ...userEdits(schema, desired, sourceFor),
    ...schema.groups.filter(isEnabled).map((group) => setMember(group, 'enabled', false)),
  ]);
}

/** `@odata.context`, and `directories@odata.context` and the like. */
const annotationsIn = (root: JsonNode): readonly Edit[] =>
  removeMembers(root, (name) => name.endsWith('@odata.context'));

function userEdits(
  { text, users }: SyncSchema,
  desired: readonly DesiredMapping[],
  sourceFor: SourceFor,
): readonly Edit[] {
  const mappings = mappingsEdit(text, users, desired, sourceFor);
  return [
    ...(isEnabled(users) ? [] : [setMember(users, 'enabled', true)]),
    ...(hasAllActions(users) ? [] : [setMember(users, 'flowTypes', allActions)]),
    ...(mappings ? [mappings] : []),
  ];
}

/** The edit of the list of mappings; undefined if the list stays the same. */
function mappingsEdit(
  text: string,
  users: JsonNode,
  desired: readonly DesiredMapping[],
  sourceFor: SourceFor,
): Edit | undefined {
  const list = memberOf(users, 'attributeMappings');
  if (!list)
    return setMember(
      users,
      'attributeMappings',
      desired.map((one) => attributeMappingOf(one, sourceFor(one))),
    );
  const kept = attributeMappingsIn(users).flatMap((node) => {
    const wanted = desired.find(({ target }) => findMapping(users, target) === node);
    return wanted ? [editMapping(text, node, wanted, sourceFor)] : [];
  });
  const added = desired
    .filter(({ target }) => !findMapping(users, target))
    .map((one) => JSON.stringify(attributeMappingOf(one, sourceFor(one))));
  const rewritten = rewriteList(text, list, [...kept, ...added]);
  return rewritten === text.slice(list.start, list.end)
    ? undefined
    : { start: list.start, end: list.end, text: rewritten };
}

/** The mapping's own text, in which only the wrong members are changed. */
function editMapping(text: string, node: JsonNode, desired: DesiredMapping, sourceFor: SourceFor): string {
  const values: Readonly<Record<string, () => unknown>> = {
    source: () => sourceFor(desired),
    matchingPriority: () => desired.matchingPriority,
  };
  const edits = wrongMembers(node, desired).map((name) =>
    setMember(node, name, values[name]?.() ?? mappingDefaults[name as keyof typeof mappingDefaults]),
  );
  const own = text.slice(node.start, node.end);
  return applyEdits(
    own,
    edits.map((edit) => ({ ...edit, start: edit.start - node.start, end: edit.end - node.start })),
  );
}

/** The list with new elements and its original whitespace. */
function rewriteList(text: string, list: JsonNode, elements: readonly string[]): string {
  const [first] = list.elements;
  const last = list.elements.at(-1);
  const before = first ? text.slice(list.start + 1, first.start) : '';
  const after = last ? text.slice(last.end, list.end - 1) : '';
  return `[${before}${elements.join(`,${before}`)}${after}]`;
}
