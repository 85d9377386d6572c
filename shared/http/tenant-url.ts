import type { HttpRequest } from '@azure/functions';
import { TENANT_URL } from '../operations/preconditions.ts';
import type { ToleranceName } from '../scim/entra.ts';
import { notFound } from '../scim/errors.ts';

/**
 * Throws 404 unless the path segment after the service's name is `scim`, in upper or lower case. The segment is a route parameter, so that a Tenant
 * URL with a blank at its end matches the route, too; `tolerated` then records that tolerance.
 */
export function checkTenantUrl({ params }: HttpRequest, tolerated: Set<ToleranceName>): void {
  const end = params['scim']?.toLowerCase() ?? '';
  if (end === 'scim') return;
  if (end.trim() !== 'scim') throw notFound(TENANT_URL);
  tolerated.add('blankInTenantUrl');
}
