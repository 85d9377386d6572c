import type { Brake } from '../brake/brake.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Project } from '../scim/projection.ts';
import type { Budget, Reading } from '../scim/reading.ts';
import { locationOf, renderResource } from '../scim/resource.ts';
import type { Validator } from '../scim/validation.ts';
import type { Service } from '../services/service.ts';
import type { Stored } from '../store/resource-row.ts';
import type { TenantStore } from '../store/store.ts';

/** An authenticated SCIM request, as an operation needs it. */
export interface ScimRequest {
  readonly service: Service;
  /** The Tenant URL, from the configuration: what every URL in an answer begins with. */
  readonly base: string;
  readonly validator: Validator;
  readonly tenant: string;
  /** The bearer token; only cursors are signed with what is derived from it. */
  readonly token: string;
  /** The last segment of the path where the route names a resource, else ''. */
  readonly id: string;
  /** What a catch-all's path has below the Tenant URL, else ''. */
  readonly path: string;
  readonly method: string;
  readonly search: URLSearchParams;
  /** A header of the request, or null. */
  readonly header: (name: string) => string | null;
  /** The JSON object in the body. Rejects with 400, 411, 413 or 415. */
  readonly body: () => Promise<JsonObject>;
  /** Starts to read what the client sent; departures from the RFCs are recorded. */
  readonly reading: (budget?: Budget) => Reading;
  /** Counts rows that were read against what the tenant may ask of an instance. */
  readonly charge: (rows: number) => void;
  /** The verb in the log, where the function's name does not say it. */
  readonly recordAs: (verb: string) => void;
  readonly store: TenantStore;
  /** Asked before an active resource is taken out. */
  readonly brake: Brake;
}

/** What became of the request, in the words of the log. */
export type Outcome =
  | 'created'
  | 'deleted'
  | 'disabled'
  | 'discovered'
  | 'listed'
  | 'matched'
  | 'moved'
  | 'not matched'
  | 'read'
  | 'restored'
  | 'unchanged'
  | 'updated';

/** What an operation answers. */
export interface ScimResponse {
  readonly status: number;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  /** The server's id of the resource, the only name of a person that is logged. */
  readonly id?: string;
}

/** One SCIM verb. Throws ScimError. */
export type Operation = (request: ScimRequest) => Promise<ScimResponse>;

/** The whole resource as it is answered, filtered and patched. */
export const resourceOf = ({ service, base }: ScimRequest, stored: Stored): JsonObject =>
  renderResource(service.resourceType, base, stored);

/** Answers one resource with its address and its version (RFC 7644 sections 3.3 and 3.14). */
export function resourceResponse(
  request: ScimRequest,
  stored: Stored,
  { status, outcome, project }: Pick<ScimResponse, 'status' | 'outcome'> & { readonly project: Project },
): ScimResponse {
  const { id, version } = stored;
  const location = locationOf(request.service.resourceType, request.base, id);
  return { status, body: project(resourceOf(request, stored)), headers: { location, etag: version }, outcome, id };
}
