/** A file of this folder: requests in order, each with its expected answer. Each file has its own tenant. */
export interface ExchangeFile {
  /** The name of the test: a sentence that describes the behaviour. */
  readonly title: string;
  /** The source of the behaviour: a section of an RFC, a page of Microsoft, or a thread. */
  readonly source: string;
  /** By default, both services. */
  readonly services?: readonly ('advisors' | 'rooms')[];
  readonly exchanges: readonly Exchange[];
}

/** In any text, "$name" is replaced by the value that an earlier exchange kept under this name, and "$base" by the Tenant URL in answers. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    /** The path below the Tenant URL. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** An object, or text that is sent unchanged. */
    readonly body?: unknown;
  };
  readonly expect: {
    readonly status: number;
    /** Headers with their expected values; null for a header that must be absent. */
    readonly headers?: Readonly<Record<string, string | null>>;
    /** What the body must contain, or null for no body. An array must have the same length; an object with the keys "0", "1" stands for an array of any length. */
    readonly body?: unknown;
    /** The dotted names of members that must be absent from the body. */
    readonly absent?: readonly string[];
    /** Text that the detail of an error must contain. */
    readonly detail?: string;
    /** The tolerances of shared/scim/entra.ts that the request needs. In the folder rfc7644, the default is none. */
    readonly tolerances?: readonly string[];
  };
  /** Values to keep for later exchanges: for each name, a dotted name in the body, or "header:etag". */
  readonly keep?: Readonly<Record<string, string>>;
}
