/** A file of this folder: requests in order, each with what its answer has to be. Everything of one file happens in a tenant of its own. */
export interface ExchangeFile {
  /** A sentence of behaviour: the name of the test. */
  readonly title: string;
  /** Where the behaviour is written: a section of an RFC, a Microsoft page, a thread. */
  readonly source: string;
  /** Both services, unless said otherwise. */
  readonly services?: readonly ('advisors' | 'rooms')[];
  readonly exchanges: readonly Exchange[];
}

/** "$name" in any text stands for what an earlier exchange kept under that name; "$base" for the Tenant URL in answers. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    /** Below the Tenant URL. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** An object, or text that is sent as it is. */
    readonly body?: unknown;
  };
  readonly expect: {
    readonly status: number;
    /** Headers that have to be so; null for one that has to be absent. */
    readonly headers?: Readonly<Record<string, string | null>>;
    /** What the body has to hold, at least. An array has this length; an object with the keys "0", "1" is an array of any length. null: no body at all. */
    readonly body?: unknown;
    /** Members that must not be in the body, as dotted names. */
    readonly absent?: readonly string[];
    /** Text that the detail of an error has to hold. */
    readonly detail?: string;
    /** The tolerances of shared/scim/entra.ts that the request made use of. In rfc7644 there are none unless said. */
    readonly tolerances?: readonly string[];
  };
  /** Kept for later exchanges: name -> dotted name in the body, or "header:etag". */
  readonly keep?: Readonly<Record<string, string>>;
}
