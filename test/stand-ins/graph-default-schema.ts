/** The object to which a SCIM job maps users. */
export const USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The id of the only synchronization rule of a job. */
export const RULE = '03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8';

export const active = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';

/** The default mappings of a non-gallery application, in the portal's order: target, source, matching priority. */
const userMappings: readonly (readonly [string, string, number?])[] = [
  ['userName', 'userPrincipalName', 1],
  ['active', active],
  ['displayName', 'displayName'],
  ['title', 'jobTitle'],
  ['emails[type eq "work"].value', 'mail'],
  ['preferredLanguage', 'preferredLanguage'],
  ['name.givenName', 'givenName'],
  ['name.familyName', 'surname'],
  ['name.formatted', 'Join(" ", [givenName], [surname])'],
  ['addresses[type eq "work"].formatted', 'physicalDeliveryOfficeName'],
  ['addresses[type eq "work"].streetAddress', 'streetAddress'],
  ['addresses[type eq "work"].locality', 'city'],
  ['addresses[type eq "work"].region', 'state'],
  ['addresses[type eq "work"].postalCode', 'postalCode'],
  ['addresses[type eq "work"].country', 'country'],
  ['phoneNumbers[type eq "work"].value', 'telephoneNumber'],
  ['phoneNumbers[type eq "mobile"].value', 'mobile'],
  ['phoneNumbers[type eq "fax"].value', 'facsimileTelephoneNumber'],
  ['externalId', 'mailNickname'],
  [`${USER}:employeeNumber`, 'employeeId'],
  [`${USER}:department`, 'department'],
  [`${USER}:manager`, 'manager'],
];

const groupMappings: typeof userMappings = [
  ['displayName', 'displayName', 1],
  ['externalId', 'objectId'],
  ['members', 'members'],
];

/** A source as Graph returns it. Functions have only the documented parameters. */
export function graphSource(expression: string): object {
  const [, name, inner = ''] = /^(\w+)\((.*)\)$/.exec(expression) ?? [];
  if (!name) return { expression: `[${expression}]`, name: expression, type: 'Attribute', parameters: [] };
  const given = (inner.match(/\[\w+\]|"[^"]*"/g) ?? []).map((text) => ({
    key: text.startsWith('[') ? 'source' : name === 'Switch' ? 'switchValue' : 'separator',
    value: text.startsWith('[')
      ? graphSource(text.slice(1, -1))
      : { expression: text, name: text.slice(1, -1), type: 'Constant', parameters: [] },
  }));
  return { expression, name, type: 'Function', parameters: given };
}

const mapping = ([targetAttributeName, source, matchingPriority = 0]: (typeof userMappings)[number]) => ({
  defaultValue: '',
  exportMissingReferences: false,
  flowBehavior: 'FlowWhenChanged',
  flowType: 'Always',
  matchingPriority,
  targetAttributeName,
  source: graphSource(source),
});

const attribute = (name: string) => ({
  name,
  type: 'String',
  anchor: false,
  caseExact: false,
  required: false,
  multivalued: false,
  mutability: 'ReadWrite',
  defaultValue: null,
  flowNullValues: false,
  apiExpressions: [],
  metadata: [],
  referencedObjects: [],
});

const objectMapping = (kind: string, target: string, mappings: typeof userMappings) => ({
  enabled: true,
  flowTypes: 'Add, Update, Delete',
  name: `Provision Microsoft Entra ID ${kind}s`,
  scope: null,
  sourceObjectName: kind,
  targetObjectName: target,
  metadata: [{ key: 'EscrowBehavior', value: '"Default"' }],
  attributeMappings: mappings.map(mapping),
});

/**
 * The text of the schema of a new job. It has some thousand lines, and details that are lost if a program parses and prints it
 * again.
 */
export function defaultSchemaText(job: string, version: string): string {
  const extensions = Array.from({ length: 180 }, (_, index) => `extensionAttribute${index + 1}`);
  const sources = [
    ...userMappings.map(([, source]) => source).filter((one) => !one.includes('(')),
    'objectId',
    ...extensions,
  ];
  const schema = {
    '@odata.context':
      'https://graph.microsoft.com/v1.0/$metadata#servicePrincipals/synchronization/jobs/schema/$entity',
    id: job,
    version,
    synchronizationRules: [
      {
        id: RULE,
        name: 'USERGROUP_OUTBOUND_USERGROUP',
        priority: 1,
        editable: true,
        groupFilter: null,
        sourceDirectoryName: 'Microsoft Entra ID',
        targetDirectoryName: 'customappsso',
        metadata: [{ key: 'supportsProvisionOnDemand', value: 'true' }],
        objectMappings: [objectMapping('Group', GROUP, groupMappings), objectMapping('User', USER, userMappings)],
      },
    ],
    'directories@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#directories',
    directories: [
      {
        id: 'd1',
        name: 'Microsoft Entra ID',
        readOnly: true,
        discoverabilities: 'None',
        metadata: [],
        objects: [{ name: 'User', attributes: sources.map(attribute) }],
      },
      {
        id: 'd2',
        name: 'customappsso',
        readOnly: false,
        objects: [{ name: USER, attributes: userMappings.map(([target]) => attribute(target)) }],
      },
    ],
  };
  return JSON.stringify(schema, undefined, 2)
    .replace('"d1"', '"d1\\u00e6\\/1"')
    .replace('"priority": 1,', '"priority" :\t1.0,')
    .replaceAll('"metadata": []', '"metadata": [ ]');
}
