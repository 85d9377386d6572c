import { ScimError } from '../scim/errors.ts';

const REALM = 'Bearer realm="BookMe SCIM"';

interface RefusalContext {
  readonly tenant?: string;
  readonly fingerprint?: string;
}

/** Why a request was refused. It is the cause of the 401 or 429, for the log only, and is never part of the response. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The tenant that the token names, if this service has that tenant. */
  readonly knownTenant: string | undefined;
  /** The token's fingerprint, if the text is shaped like a token. */
  readonly fingerprint: string | undefined;

  constructor(message: string, { tenant, fingerprint }: RefusalContext = {}) {
    super(message);
    this.knownTenant = tenant;
    this.fingerprint = fingerprint;
  }
}

/** 401 without an error code: the request has no bearer token (RFC 6750 section 3.1). */
export const tokenMissing = (): ScimError =>
  new ScimError(
    401,
    'This request has no Secret Token. Send the Secret Token for this Tenant URL as "Authorization: Bearer <Secret Token>".',
    {
      headers: { 'www-authenticate': REALM },
      cause: new Refusal('no bearer token'),
    },
  );

/** 401 (RFC 6750 section 3.1). The response is the same whatever is wrong with the token, so that it reveals nothing about tenants. */
export const tokenRefused = (cause: Refusal): ScimError =>
  new ScimError(
    401,
    'This Secret Token is not accepted at this Tenant URL: it is mistyped, expired or revoked, or it belongs to another Tenant URL. ' +
      'Enter the current Secret Token for this Tenant URL, or ask BookMe for a new one.',
    { headers: { 'www-authenticate': `${REALM}, error="invalid_token"` }, cause },
  );

/** The refusal behind an error, for the log; undefined for any other error. */
export const refusalOf = (error: unknown): Refusal | undefined =>
  error instanceof ScimError && error.cause instanceof Refusal ? error.cause : undefined;
