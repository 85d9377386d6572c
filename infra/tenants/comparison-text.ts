import type { Json } from '../../shared/scim/json.ts';
import { counted, textTable } from '../commands/shared/output.ts';
import type { Comparison, Difference, Names } from './compare.ts';
import { printable, printableJson } from './printable.ts';

/** A comparison, with its service and tenant and with counts. */
export interface TenantComparison extends Comparison {
  readonly service: string;
  readonly tenant: string;
  /** How many users the directory has, and how many stored resources could be read. */
  readonly users: number;
  readonly resources: number;
  /** How many rows of resources cannot be read. Their users appear to be missing. */
  readonly unreadable: number;
}

/** A comparison as lines for a terminal; the last one is "The same." or the counts. */
export function comparisonText(comparison: TenantComparison, isSame: boolean): string {
  const { tenant, service, users, resources, same, absent } = comparison;
  return [
    `${tenant}, ${service}: ${counted(users, 'user')} in the directory, ${counted(resources, 'resource')} here.\n`,
    textTable(differenceRows(comparison)),
    `The same: ${same}. Blocked, unassigned or deleted in the directory, and correctly not stored here: ${absent}.\n`,
    notes(comparison),
    isSame ? 'The same.\n' : `Different: ${countsOf(comparison)}.\n`,
  ].join('');
}

function differenceRows({ missing, extra, different }: Comparison): readonly (readonly string[])[] {
  return [
    ...missing.map(({ objectId, names }) => ['missing here', printable(objectId), namesText(names, objectId)]),
    ...extra.map(({ id, names, isInUse }) => [
      'extra here',
      printable(id),
      `${namesText(names, id)}${isInUse ? '' : ' (disabled)'}`,
    ]),
    ...different.map((one) => ['different', printable(one.id), differenceText(one)]),
  ];
}

/** The names of a user, without the one that is already shown. */
const namesText = (names: Names, shown: string): string =>
  Object.entries(names)
    .filter(([, value]) => value !== shown)
    .map(([path, value]) => `${path} ${valueText(value)}`)
    .join(', ');

const differenceText = ({ path, directory, kept }: Difference): string =>
  `${path}: ${valueText(directory)} in the directory, ${valueText(kept)} here`;

const valueText = (value: Json | undefined): string => (value === undefined ? 'nothing' : printableJson(value));

function notes({ caseOnly, notCompared, unreadable, service, tenant }: TenantComparison): string {
  return [
    ...caseOnly.map(
      (one) => `Differs only in case, so it counts as the same: ${printable(one.id)} ${differenceText(one)}.\n`,
    ),
    ...notCompared.map((path) => `Not compared, because only Entra can evaluate its source: ${path}.\n`),
    unreadable > 0
      ? `${counted(unreadable, 'row')} cannot be read, so some users may appear to be missing. For details: npm run audit -- --service ${service} --tenant ${tenant}\n`
      : '',
  ].join('');
}

function countsOf({ missing, extra, different, unreadable }: TenantComparison): string {
  const resources = new Set(different.map(({ id }) => id)).size;
  const counts = [
    missing.length > 0 ? `${missing.length} missing here` : [],
    extra.length > 0 ? `${extra.length} extra here` : [],
    different.length > 0 ? `${counted(different.length, 'attribute')} of ${counted(resources, 'resource')}` : [],
    unreadable > 0 ? `${counted(unreadable, 'row')} that cannot be read` : [],
  ];
  return counts.flat().join(', ');
}
