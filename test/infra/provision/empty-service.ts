import type { DirectoryUser } from '../../../infra/provision/mapping.ts';
import { anna } from './sample-users.ts';
import { type Canned, emptyList, type Recorded } from './scim-recorder.ts';

/** The resource that a service stores for a user. */
export const resourceOf = (user: DirectoryUser, id = 'id-1') => ({
  id,
  externalId: user.id,
  userName: user.userPrincipalName,
  active: true,
  displayName: user.displayName,
  name: { givenName: user.givenName, familyName: user.surname },
  addresses: [{ type: 'work', formatted: user.officeLocation }],
});

/** Answers for a service that matches no user, creates every user with the id `id-1`, and then returns every user with that id. */
export const emptyService = ({ method, target }: Recorded): Canned => {
  if (target.includes('?filter=')) return emptyList;
  if (method === 'DELETE') return { status: 204 };
  return { status: method === 'POST' ? 201 : 200, body: resourceOf(anna) };
};

/** The first requests of a cycle for Anna: the two queries that match her, or the read of her resource by the saved id. */
export const byExternalId = `GET /advisors/scim/Users?filter=externalId+eq+%22${anna.id}%22`;
export const byUserName = 'GET /advisors/scim/Users?filter=userName+eq+%22anna.o%27brien%2Bvip%40contoso.com%22';
export const byId = 'GET /advisors/scim/Users/id-1';
