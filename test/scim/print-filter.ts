import { printAttrPath } from '../../shared/scim/attr-path.ts';
import type { Filter } from '../../shared/scim/filter.ts';

/** Writes a filter so that parseFilter reads the same filter again. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters
        .map((one) => (one.kind === 'or' || one.kind === filter.kind ? `(${printFilter(one)})` : printFilter(one)))
        .join(` ${filter.kind} `);
    case 'not':
      return `not (${printFilter(filter.filter)})`;
    case 'present':
      return `${printAttrPath(filter.path)} pr`;
    case 'valuePath':
      return `${printAttrPath(filter.path)}[${printFilter(filter.filter)}]`;
    case 'compare':
      return `${printAttrPath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
  }
}
