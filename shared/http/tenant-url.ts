import type { HttpRequest } from '@azure/functions';
import { TENANT_URL } from '../operations/preconditions.ts';
import type { ToleranceName } from '../scim/entra.ts';
import { notFound } from '../scim/errors.ts';

/**
 * Checks the segment of the path after the service's name, which ends the Tenant URL. It is a route parameter and not a literal of the route, so that a
 * Tenant URL with a blank at its end leads here too. Records that tolerance in `tolerated`. Throws 404 if the segment is not `scim`, in any case.
 */
export function checkTenantUrl({ params }: HttpRequest, tolerated: Set<ToleranceName>): void {
  const end = params['scim']?.toLowerCase() ?? '';
  if (end === 'scim') return;
  if (end.trim() !== 'scim') throw notFound(TENANT_URL);
  tolerated.add('blankInTenantUrl');
}
