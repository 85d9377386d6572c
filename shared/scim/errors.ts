/** The detail error keywords of RFC 7644 section 3.12, table 9, and of RFC 9865 section 4 (cursors). */
export type ScimType =
  | 'invalidCount'
  | 'invalidCursor'
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'mutability'
  | 'noTarget'
  | 'tooMany'
  | 'uniqueness';

/** The reasons for 503: Table Storage or the key vault does not answer, or other requests keep changing the same resource (contention). */
export type Unavailability = 'contention' | 'storage' | 'vault';

/** The reasons for an error that is not about the rules of SCIM. Damage: the resource's rows contradict each other or cannot be read. */
export type ErrorReason = 'brake' | 'damage' | 'rateLimit' | Unavailability;

interface ScimErrorOptions {
  readonly scimType?: ScimType;
  /** For the log: the reason, if it is not a rule of SCIM. */
  readonly reason?: ErrorReason;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * An error response (RFC 7644 section 3.12). `detail` tells an administrator what to change. It never contains a token or another tenant's data.
 */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;
  readonly reason: ErrorReason | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, options: ScimErrorOptions = {}) {
    const wellFormed = detail.toWellFormed(); // a client's text may have been cut inside a surrogate pair
    super(wellFormed, { cause: options.cause });
    this.name = 'ScimError';
    this.status = status;
    this.scimType = options.scimType;
    this.detail = wellFormed;
    this.reason = options.reason;
    this.headers = options.headers ?? {};
  }
}

/** 400: the request breaks a rule for which RFC 7644 defines a scimType. */
export const badRequest = (scimType: ScimType, detail: string): ScimError => new ScimError(400, detail, { scimType });

/** 404 (RFC 7644 section 3.12). */
export const notFound = (detail: string): ScimError => new ScimError(404, detail);

/** 405 with the methods that the path supports (RFC 9110 section 15.5.6). */
export const methodNotAllowed = (allow: readonly string[], detail: string): ScimError =>
  new ScimError(405, detail, { headers: { allow: allow.join(', ') } });

/** 409: a value that must be unique belongs to another resource (RFC 7644 section 3.3). */
export const conflict = (detail: string): ScimError => new ScimError(409, detail, { scimType: 'uniqueness' });

/** 412: the resource is no longer the version that the client named (RFC 7644 section 3.14). */
export const preconditionFailed = (detail: string): ScimError => new ScimError(412, detail);

/** 501 (RFC 7644 section 3.12). */
export const notImplemented = (detail: string): ScimError => new ScimError(501, detail);

/** 500: the stored resource cannot be read, and a retry cannot help. The log has the RowKey. */
export const damaged = (): ScimError =>
  new ScimError(
    500,
    "BookMe's record of this resource is damaged. Ask BookMe to repair it. Meanwhile, the resource can still be disabled and deleted.",
    { reason: 'damage' },
  );

/** 503 with Retry-After. `retryAfter` is in seconds. */
export const unavailable = (
  reason: Unavailability,
  detail: string,
  { cause, retryAfter = 5 }: { readonly cause?: unknown; readonly retryAfter?: number } = {},
): ScimError => new ScimError(503, detail, { reason, headers: { 'retry-after': String(retryAfter) }, cause });

/** Quotes a client's text for a message: at most 200 characters, with control characters escaped. */
export const quote = (text: string): string => JSON.stringify(text.slice(0, 200)).replaceAll('\\"', '"');
