import type { Attribute } from '../../shared/scim/schema.ts';
import type { Service } from '../../shared/services/service.ts';
import { type Source, sourceOf } from './expression.ts';

/** One attribute mapping, as the service declares it. */
export interface DesiredMapping {
  /** The target attribute: an attribute path. */
  readonly target: string;
  /** The source as it is declared: `objectId`, or an expression. */
  readonly declared: string;
  /** The source as Graph writes it: `[objectId]`, or an expression. */
  readonly expression: string;
  /** 1 for the first matching attribute, 2 for the second; 0 if it is not a matching attribute. */
  readonly matchingPriority: number;
}

/** The members that all our mappings have in common (Graph's attributeMapping). "Apply this mapping: Always" is flowType Always. */
export const mappingDefaults = {
  defaultValue: '',
  exportMissingReferences: false,
  flowBehavior: 'FlowWhenChanged',
  flowType: 'Always',
} as const;

/**
 * The attribute mappings of a service, matching attributes first. Entra matches by externalId, which never
 * changes, and then by the unique attributes, to find a person who was hired again.
 */
export function mappingsOf({ resourceType }: Service): readonly DesiredMapping[] {
  const mapped = resourceType.writable.flatMap(mappedIn);
  const matching = [
    ...mapped.filter(({ attribute }) => attribute.common),
    ...mapped.filter(({ attribute }) => !attribute.common && attribute.uniqueness === 'server'),
  ];
  const others = mapped.filter((one) => !matching.includes(one));
  return [...matching, ...others].map(({ target, declared }, index) => ({
    target,
    declared,
    expression: declared.includes('(') || declared.startsWith('"') ? declared : `[${declared}]`,
    matchingPriority: index < matching.length ? index + 1 : 0,
  }));
}

interface Mapped {
  readonly attribute: Attribute;
  readonly target: string;
  readonly declared: string;
}

/** The mapped paths of an attribute: `attr`, `attr.sub`, or for a multi-valued attribute the element that has its own column in the tables. */
function mappedIn(attribute: Attribute): readonly Mapped[] {
  if (attribute.entra !== undefined) return [{ attribute, target: attribute.name, declared: attribute.entra }];
  return attribute.subAttributes.flatMap((sub) => {
    if (sub.entra === undefined) return [];
    const paths = attribute.multiValued ? Object.values(attribute.derived ?? {}) : [`${attribute.name}.${sub.name}`];
    const { entra } = sub;
    return paths
      .filter((path) => path.endsWith(`.${sub.name}`))
      .map((target) => ({ attribute, target, declared: entra }));
  });
}

/** A mapping in Graph's form. `source` is needed for a function whose parameter names only Graph knows. */
export function attributeMappingOf(desired: DesiredMapping, source: Source | undefined = sourceOf(desired.declared)) {
  if (!source) throw new Error(`Graph has to parse ${desired.declared} first.`);
  return {
    ...mappingDefaults,
    matchingPriority: desired.matchingPriority,
    targetAttributeName: desired.target,
    source,
  };
}
