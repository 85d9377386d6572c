type Json = Record<string, unknown>;

const secretKeys = [
  'BaseAddress',
  'SecretToken',
  'SyncNotificationSettings',
  'SyncAll',
  'SkipOutOfScopeDeletions',
  'Password',
];

/** What is wrong with the body of a PUT of secrets according to Microsoft's documentation; undefined if it is correct. */
export function wrongSecrets(body: Json): string | undefined {
  const { value, ...more } = body;
  if (Object.keys(more).length > 0 || !Array.isArray(value)) return 'The body must be {"value": [...]}.';
  for (const one of value as Json[]) {
    const { key, value: text, ...rest } = one;
    if (typeof key !== 'string' || typeof text !== 'string' || Object.keys(rest).length > 0)
      return 'A pair is {key, value}, both strings.';
    if (!secretKeys.includes(key)) return `Unknown key ${key}.`;
    if (text === '*') return `The mask of ${key} must not be written back.`;
    if (key === 'SyncNotificationSettings' && text === '') return 'InvalidNotificationSettings';
    if (key === 'SyncAll' && !/^(true|false)$/i.test(text)) return 'SyncAll is "true" or "false".';
  }
  return undefined;
}

const flowTypes = ['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly'];
const mappingMembers = [
  'defaultValue',
  'exportMissingReferences',
  'flowBehavior',
  'flowType',
  'matchingPriority',
  'source',
  'targetAttributeName',
];

/** What is wrong with the schema in a PUT, as 400 or 406 and a sentence; undefined if it is correct. */
export function wrongSchema(
  text: string,
  stored: string,
): { readonly status: number; readonly message: string } | undefined {
  const next = JSON.parse(text);
  const now = JSON.parse(stored);
  const [rule] = next.synchronizationRules ?? [];
  if (!rule || rule.id !== now.synchronizationRules[0].id)
    return { status: 400, message: 'The id of a rule must not change.' };
  if (JSON.stringify(rule.metadata) !== JSON.stringify(now.synchronizationRules[0].metadata))
    return { status: 400, message: 'Metadata must not change.' };
  for (const object of rule.objectMappings) {
    if (typeof object.enabled !== 'boolean') return { status: 400, message: 'enabled is a boolean.' };
    if (!object.attributeMappings.some((one: Json) => Number(one['matchingPriority']) > 0))
      return { status: 400, message: 'A matching attribute is missing.' };
    for (const one of object.attributeMappings) {
      const wrong = wrongMapping(one);
      if (wrong) return wrong;
    }
  }
  return undefined;
}

function wrongMapping(one: Json): { readonly status: number; readonly message: string } | undefined {
  const unknown = Object.keys(one).find((name) => !mappingMembers.includes(name));
  if (unknown) return { status: 400, message: `An attributeMapping has no ${unknown}.` };
  if (
    !flowTypes.includes(String(one['flowType'])) ||
    !['FlowWhenChanged', 'FlowAlways'].includes(String(one['flowBehavior']))
  )
    return { status: 406, message: '' };
  if (!Number.isInteger(one['matchingPriority']) || typeof one['targetAttributeName'] !== 'string')
    return { status: 400, message: 'A mapping is not well formed.' };
  return isSource(one['source'])
    ? undefined
    : { status: 400, message: 'Property source in payload has a value that does not match schema.' };
}

function isSource(value: unknown): boolean {
  const { expression, name, type, parameters = [], ...rest } = value as Json;
  if (typeof expression !== 'string' || typeof name !== 'string' || Object.keys(rest).length > 0) return false;
  if (!['Attribute', 'Constant', 'Function'].includes(String(type)) || !Array.isArray(parameters)) return false;
  if (type === 'Function' && parameters.length === 0) return false;
  return (parameters as Json[]).every(
    (one) => Object.keys(one).sort().join() === 'key,value' && typeof one['key'] === 'string' && isSource(one['value']),
  );
}

/** A sentence about a member of a body that is not one of these; undefined if there is none. */
export function unknownMember(body: Json, ...members: readonly string[]): string | undefined {
  const unknown = Object.keys(body).find((name) => !members.includes(name));
  return unknown === undefined ? undefined : `The parameter ${unknown} is not known.`;
}
