import type { JsonObject } from '../../shared/scim/json.ts';
import { renderResource } from '../../shared/scim/resource.ts';
import { MAX_ROWS } from '../../shared/store/pages.ts';
import type { Context } from '../commands/shared/command.ts';
import { readDirectory } from '../provision/directory.ts';
import { mappingOf } from '../provision/mapping.ts';
import { compare, isTheSame } from './compare.ts';
import { comparisonText, type TenantComparison } from './comparison-text.ts';
import { printableJson } from './printable.ts';
import type { TenantData } from './tenant-data.ts';

/** What to compare, and how to print the result. */
interface Compared {
  readonly data: TenantData;
  /** Path of the directory export. */
  readonly directory: string;
  /** Whether to print JSON, for scripts. */
  readonly json: boolean;
}

/** Compares a directory export with the tenant's stored resources. Resolves to the exit code: 0 if they are the same, otherwise 1. */
export async function compareDirectory(
  { data, directory, json }: Compared,
  { output, errors }: Pick<Context, 'output' | 'errors'>,
): Promise<number> {
  const notify = (notice: string) => errors.write(`${notice}\n`);
  const users = await readDirectory(directory, mappingOf(data.service), notify);
  const { resources, unreadable } = await readResources(data);
  const comparison: TenantComparison = {
    service: data.service.name,
    tenant: data.tenant,
    users: users.length,
    resources: resources.length,
    unreadable,
    ...compare(data.service, users, resources),
  };
  const isSame = isTheSame(comparison) && unreadable === 0;
  if (json) output.write(`${printableJson({ isTheSame: isSame, ...comparison }, 2)}\n`);
  else output.write(comparisonText(comparison, isSame));
  return isSame ? 0 : 1;
}

interface Readable {
  readonly resources: readonly JsonObject[];
  readonly unreadable: number;
}

async function readResources(data: TenantData): Promise<Readable> {
  const resources: JsonObject[] = [];
  if (!(await data.hasRows())) return { resources, unreadable: 0 };
  const store = data.openStore();
  for await (const page of store.scan('', MAX_ROWS))
    for (const stored of page.resources) resources.push(renderResource(data.service.resourceType, '', stored));
  return { resources, unreadable: store.damage().count };
}
