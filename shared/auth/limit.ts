import { ScimError } from '../scim/errors.ts';
import type { Authenticator } from './authenticate.ts';
import type { TakeToken } from './rate-limit.ts';
import { Refusal } from './refusal.ts';

/**
 * Limits what is let through after authentication, each service and tenant by itself, and how often this instance says 401. Both are asked after the
 * compare: a flood of bad tokens never costs a valid one its answer, and the refusal is the same whether the tenant exists or not.
 */
export function limited(tokens: Authenticator, takeRequest: TakeToken, takeFailure: TakeToken): Authenticator {
  return {
    warm: tokens.warm,
    async authenticate(service, authorization) {
      const caller = await tokens.authenticate(service, authorization).catch((error: unknown) => {
        if (error instanceof ScimError && error.status === 401) takeFailure('');
        throw error;
      });
      takeRequest(`${service}/${caller.tenant}`, () => new Refusal('beyond the rate limit', caller));
      return caller;
    },
  };
}
