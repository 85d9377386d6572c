import { type Attribute, statusAttribute } from '../../../shared/scim/schema.ts';
import type { Service } from '../../../shared/services/service.ts';
import type { Stored } from '../../../shared/store/resource-row.ts';
import { mappingsOf } from '../../entra/mapping.ts';
import { type ComparedAttribute, comparedAttribute } from '../../tenants/compared-attribute.ts';
import type { Cell, ColumnInfo, ListedResource, ServiceInfo } from '../api.ts';

/** How a service's resources are listed: one column for each attribute of Entra's mapping. */
export interface Listing {
  readonly info: ServiceInfo;
  readonly listed: (stored: Stored) => ListedResource;
  readonly labelOf: (stored: Stored) => string;
  readonly isActive: (stored: Stored) => boolean;
}

interface ListedColumn extends ColumnInfo {
  readonly compared: ComparedAttribute;
}

/** Derives the list's columns from the declaration. The display name comes first. */
export function listingOf(service: Service): Listing {
  const columns = mappingsOf(service)
    .map(({ target, declared }) => columnOf(service, target, declared))
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const status = columns.find(({ role }) => role === 'status');
  const label = columns.find(({ role }) => role === 'label');
  const cellOf = (column: ListedColumn | undefined, { attributes }: Stored): Cell =>
    asCell(column?.compared.valueIn(attributes));
  return {
    info: { name: service.name, columns: columns.map(({ compared: _compared, ...info }) => info) },
    listed: (stored) => ({
      id: stored.id,
      lastModified: stored.lastModified.toISOString(),
      cells: columns.map((column) => cellOf(column, stored)),
    }),
    labelOf: (stored) => String(cellOf(label, stored) ?? stored.id),
    isActive: (stored) => status === undefined || cellOf(status, stored) === true,
  };
}

function columnOf({ resourceType }: Service, path: string, entra: string): ListedColumn {
  const compared = comparedAttribute(resourceType, path);
  const derived = resourceType.writable
    .flatMap((attribute) => Object.entries(attribute.derived ?? {}))
    .find(([, of]) => of === path)?.[0];
  const { attribute } = compared;
  const isStatus = attribute === statusAttribute(resourceType);
  const role = isStatus ? 'status' : roleOf(attribute, derived !== undefined);
  return { name: derived ?? attribute.column ?? attribute.name, path, entra, role, compared };
}

function roleOf({ label, common, uniqueness }: Attribute, isDerived: boolean): ColumnInfo['role'] {
  if (label) return 'label';
  if (isDerived) return 'group';
  if (common) return 'key';
  return uniqueness === 'server' ? 'unique' : 'text';
}

/** The order of the columns. */
const roles: readonly ColumnInfo['role'][] = ['label', 'unique', 'group', 'status', 'text', 'key'];
const rankOf = ({ role }: ListedColumn): number => roles.indexOf(role);

const asCell = (value: unknown): Cell => (typeof value === 'string' || typeof value === 'boolean' ? value : null);
