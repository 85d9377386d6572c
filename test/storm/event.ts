/** A user as a client writes it. */
export interface Person {
  readonly userName: string;
  readonly active: boolean;
  readonly externalId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly givenName?: string | undefined;
  /** The formatted addresses in their order. No request may lose an address that another one adds. */
  readonly desks: readonly string[];
}

/** A user as the service answered it. */
export interface Seen {
  readonly id: string;
  readonly created: string;
  readonly version: string;
  readonly person: Person;
}

/** The values that a PATCH sets. `desk` is added to the existing ones. */
export type Changes = Partial<Omit<Person, 'desks'>> & { readonly desk?: string };

/** A request. `ifMatch` is the version in its If-Match header. */
export type Operation =
  | { readonly kind: 'create'; readonly person: Person }
  | { readonly kind: 'patch'; readonly id: string; readonly changes: Changes; readonly ifMatch?: string | undefined }
  | { readonly kind: 'put'; readonly id: string; readonly person: Person; readonly ifMatch?: string | undefined }
  | { readonly kind: 'delete'; readonly id: string; readonly ifMatch?: string | undefined }
  | { readonly kind: 'get'; readonly id: string }
  | { readonly kind: 'find'; readonly by: 'id' | 'userName' | 'externalId'; readonly value: string }
  | { readonly kind: 'list' };

/** A request with its answer, and when it was sent and answered, in milliseconds of one clock. */
export interface Event {
  /** Its position among the requests of its tenant. */
  readonly number: number;
  readonly operation: Operation;
  readonly status: number;
  readonly seen: readonly Seen[];
  readonly started: number;
  readonly ended: number;
}
