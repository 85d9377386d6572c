import { list, search } from '../operations/list.ts';
import type { Operation, ScimRequest, ScimResponse } from '../operations/operation.ts';
import { TENANT_URL } from '../operations/preconditions.ts';
import { methodNotAllowed, notFound, notImplemented } from '../scim/errors.ts';
import { listResponse } from '../scim/messages.ts';

/** A path below the Tenant URL, and its operations. */
interface Route {
  /** In lower case. `*` matches one segment. */
  readonly path: string;
  /** The operations of single methods. */
  readonly methods?: Readonly<Record<string, Operation>>;
  /** The methods of other functions, which the header Allow lists too. */
  readonly elsewhere?: readonly string[];
  /** The operation of all other methods. */
  readonly otherwise?: Operation;
  /** The verb for the log, if the path is another way to send a query. */
  readonly verb?: string;
}

const GROUPS =
  'BookMe does not support groups. Switch off "Provision Microsoft Entra ID Groups" in the mappings of this application. The members of assigned groups are still provisioned as users.';

const refuseWith =
  (error: Error): Operation =>
  async () => {
    throw error;
  };

const noGroups: Operation = async () => ({
  status: 200,
  body: listResponse({ resources: [], totalResults: 0, startIndex: 1 }),
  outcome: 'not matched',
});

const readOnly = ['GET', 'HEAD'];

/** The paths below a Tenant URL (RFC 7644 section 3.2, table 2). Paths are case-insensitive, as they are for the Functions host. */
const routes: readonly Route[] = [
  { path: '', methods: { GET: list, HEAD: list }, verb: 'list' },
  { path: '.search', methods: { POST: search }, verb: 'search' },
  { path: 'users', elsewhere: ['GET', 'HEAD', 'POST'] },
  { path: 'users/.search', methods: { POST: search }, verb: 'search' },
  { path: 'users/users', otherwise: refuseWith(notFound(TENANT_URL)) },
  { path: 'users/*', elsewhere: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] },
  { path: 'serviceproviderconfig', elsewhere: readOnly },
  { path: 'resourcetypes', elsewhere: readOnly },
  { path: 'resourcetypes/*', elsewhere: readOnly },
  { path: 'schemas', elsewhere: readOnly },
  { path: 'schemas/*', elsewhere: readOnly },
  {
    path: 'groups',
    methods: { GET: noGroups, HEAD: noGroups },
    otherwise: refuseWith(methodNotAllowed(['GET', 'HEAD'], GROUPS)),
  },
  { path: 'groups/.search', methods: { POST: noGroups } },
  { path: 'groups/*', otherwise: refuseWith(notFound(GROUPS)) },
  {
    path: 'bulk',
    otherwise: refuseWith(notImplemented('Bulk operations are not supported. Send one request for each resource.')),
  },
  {
    path: 'me',
    otherwise: refuseWith(
      notImplemented('/Me is not supported, because a Secret Token belongs to a bank and not to a person.'),
    ),
  },
];

/** Handles a request that no other function matches. Throws 405 with Allow for the wrong method, and 404 for an unknown path. */
export async function unmatched(request: ScimRequest): Promise<ScimResponse> {
  const segments = request.path
    .toLowerCase()
    .split('/')
    .filter((segment, at, all) => segment !== '' || at < all.length - 1);
  const route = routes.find(({ path }) => matches(path, segments));
  if (!route) throw notFound(TENANT_URL);
  if (route.verb) request.recordAs(route.verb);
  const operation = route.methods?.[request.method] ?? route.otherwise;
  if (operation) return operation(request);
  const allow = [...Object.keys(route.methods ?? {}), ...(route.elsewhere ?? [])];
  throw methodNotAllowed(allow, `${request.method} is not allowed on this path. Use ${allow.join(', ')}.`);
}

function matches(path: string, segments: readonly string[]): boolean {
  const pattern = path === '' ? [] : path.split('/');
  return pattern.length === segments.length && pattern.every((part, at) => part === '*' || part === segments[at]);
}
