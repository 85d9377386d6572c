import { renderResource } from '../../../shared/scim/resource.ts';
import { statusAttribute } from '../../../shared/scim/schema.ts';
import { services } from '../../../shared/services/services.ts';
import { mappingsOf } from '../../entra/mapping.ts';
import { comparedAttribute } from '../../tenants/compared-attribute.ts';
import { findRecord, newestChanges, type StoredRecord } from '../../tenants/record.ts';
import { explainReadFailure } from '../../tenants/tenant-data.ts';
import type { AttributeLine, DirectoryNews, ResourceView, Site } from '../api.ts';
import { changeInfo } from './change-info.ts';
import type { Environment } from './environment.ts';
import type { Followed } from './followed.ts';
import { type Listing, listingOf } from './listing.ts';
import { overviewOf } from './overview.ts';
import type { Handler } from './serve.ts';

/** The number of changes of a resource that are shown. */
const MOST_CHANGES = 200;

/**
 * Makes the handler of the page's requests:
 *   site, overview
 *   directory/<service>/<tenant>?moment=…    a tenant's resources, or their changes
 *   scim/<service>/<tenant>                  the resources as SCIM, to compare with an export
 *   resource/<service>/<tenant>/<id>         one resource, with its history
 */
export function handlerFor(environment: Environment): Handler {
  const listings = new Map(services.map((service) => [service.name, listingOf(service)]));
  const overview = overviewOf(environment, listingFor);

  function listingFor(name: string): Listing {
    const listing = listings.get(name);
    if (!listing) throw new Error(`There is no service ${name}.`);
    return listing;
  }

  /** Opens the directory in a path. If the tenant is unknown, it looks for new tenants first. */
  async function open(service = '', tenant = ''): Promise<Followed | undefined> {
    if (!environment.find(service, tenant)) await environment.discover();
    return environment.find(service, tenant);
  }

  return async (path, query) => {
    const [what, service, tenant, id] = path;
    if (what === 'site') return siteOf(environment, [...listings.values()]);
    if (what === 'overview') return overview();
    const one = await open(service, tenant);
    if (!one) return undefined;
    if (what === 'resource')
      return id === undefined ? undefined : resourceView(one, listingFor(one.data.service.name), id);
    if (what !== 'directory' && what !== 'scim') return undefined;
    await one.refresh();
    return what === 'scim' ? scimOf(one) : newsOf(one, listingFor(one.data.service.name), query.get('moment') ?? '');
  };
}

const siteOf = ({ place, log, commands }: Environment, listings: readonly Listing[]): Site => ({
  services: listings.map(({ info }) => info),
  place,
  hasLog: log !== undefined,
  commands,
});

function newsOf(one: Followed, { listed }: Listing, moment: string): DirectoryNews {
  const news = one.since(moment);
  const resources = news ? news.resources : [...one.resources().values()];
  return {
    moment: one.moment(),
    isWhole: news === undefined,
    resources: resources.map(listed),
    gone: news?.gone ?? [],
    changes: (news?.changes ?? one.changes()).map(changeInfo),
  };
}

const scimOf = ({ data: { service }, resources }: Followed) =>
  [...resources().values()].map((stored) => renderResource(service.resourceType, '', stored));

/** Reads the row from the table, so that it is shown as it is now. */
async function resourceView({ data }: Followed, listing: Listing, id: string): Promise<ResourceView | undefined> {
  try {
    const [record, { changes }] = await Promise.all([findRecord(data, id), newestChanges(data, id, MOST_CHANGES)]);
    if (!record && changes.length === 0) return undefined;
    const history = changes.map(changeInfo);
    return record
      ? { ...viewOf(record, data.service, listing), history }
      : { id, label: id, attributes: [], columns: [], history };
  } catch (error) {
    throw explainReadFailure(error);
  }
}

function viewOf(
  { id, row, rowKey, resource }: StoredRecord,
  service: (typeof services)[number],
  { info }: Listing,
): Omit<ResourceView, 'history'> {
  const valueAt = (path: string) => comparedAttribute(service.resourceType, path).valueIn(resource);
  const label = info.columns.find(({ role }) => role === 'label')?.path;
  const status = statusAttribute(service.resourceType)?.name;
  const mapped: readonly AttributeLine[] = mappingsOf(service).map(({ target, declared }) => {
    const value = valueAt(target);
    return { path: target, entra: declared, ...(value !== undefined && { value: String(value) }) };
  });
  return {
    id,
    label: String((label && valueAt(label)) ?? id),
    ...(status !== undefined && { isActive: valueAt(status) === true }),
    attributes: [...mapped, ...ownLines(resource)],
    scim: resource,
    columns: [['RowKey', rowKey], ...Object.entries(row).map(([name, cell]) => [name, String(cell)] as const)],
  };
}

/** The attributes that the service adds (RFC 7643 section 3.1), without meta.location, which depends on the Tenant URL. */
function ownLines({ id, meta }: StoredRecord['resource']): readonly AttributeLine[] {
  const parts = typeof meta === 'object' && meta !== null ? Object.entries(meta) : [];
  return [
    { path: 'id', value: String(id) },
    ...parts
      .filter(([name]) => name !== 'location')
      .map(([name, value]) => ({ path: `meta.${name}`, value: String(value) })),
  ];
}
