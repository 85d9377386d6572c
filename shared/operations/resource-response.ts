import type { JsonObject } from '../scim/json.ts';
import type { Project } from '../scim/projection.ts';
import { locationOf, renderResource } from '../scim/resource.ts';
import type { Stored } from '../store/stored.ts';
import type { Outcome, ScimRequest, ScimResponse } from './operation.ts';

/** The whole resource as it is answered, filtered and patched. */
export const resourceOf = ({ service, base }: ScimRequest, stored: Stored): JsonObject =>
  renderResource(service.resourceType, base, stored.attributes, stored);

/** Answers one resource with its address and its version (RFC 7644 sections 3.3 and 3.14). */
export function resourceResponse(
  request: ScimRequest,
  stored: Stored,
  project: Project,
  status: number,
  outcome: Outcome,
): ScimResponse {
  const { id, version } = stored;
  const location = locationOf(request.service.resourceType, request.base, id);
  return { status, body: project(resourceOf(request, stored)), headers: { location, etag: version }, outcome, id };
}
