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
  /** The Tenant URL, from the configuration. Every URL in a response begins with it. */
  readonly base: string;
  readonly validator: Validator;
  readonly tenant: string;
  /** The bearer token. It is only used to derive the key that signs cursors. */
  readonly token: string;
  /** The last segment of the path if the route has an id, else ''. */
  readonly id: string;
  /** The path below the Tenant URL if the route is the catch-all, else ''. */
  readonly path: string;
  readonly method: string;
  readonly search: URLSearchParams;
  /** A header of the request, or null. */
  readonly header: (name: string) => string | null;
  /** The JSON object in the body. Rejects with 400, 411, 413 or 415. */
  readonly body: () => Promise<JsonObject>;
  /** Starts the reading of the client's input, which records departures from the RFCs. */
  readonly reading: (budget?: Budget) => Reading;
  /** Counts rows that were read against the tenant's rate limit. */
  readonly charge: (rows: number) => void;
  /** Sets the verb for the log, if the function's name does not contain it. */
  readonly recordAs: (verb: string) => void;
  readonly store: TenantStore;
  /** Checked before an active resource is disabled or deleted. */
  readonly brake: Brake;
}

/** The result of a request, in the words of the log. */
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

/** The response of an operation. */
export interface ScimResponse {
  readonly status: number;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  /** The id of the resource, for the log. */
  readonly id?: string;
}

/** A SCIM operation. Throws ScimError. */
export type Operation = (request: ScimRequest) => Promise<ScimResponse>;

/** The resource in the form in which it is returned, filtered and patched. */
export const resourceOf = ({ service, base }: ScimRequest, stored: Stored): JsonObject =>
  renderResource(service.resourceType, base, stored);

/** A response with one resource, its location and its version (RFC 7644 sections 3.3 and 3.14). */
export function resourceResponse(
  request: ScimRequest,
  stored: Stored,
  { status, outcome, project }: Pick<ScimResponse, 'status' | 'outcome'> & { readonly project: Project },
): ScimResponse {
  const { id, version } = stored;
  const location = locationOf(request.service.resourceType, request.base, id);
  return { status, body: project(resourceOf(request, stored)), headers: { location, etag: version }, outcome, id };
}
