import type { RunningService, ServiceName, Tenant } from './service.ts';

/** An answer with its whole body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON object in the body, or an empty object if there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls one service as one tenant. `path` begins below the Tenant URL. */
export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** The client of a tenant. A body that is a string is sent unchanged. */
export function clientOf(service: Pick<RunningService, 'url'>, name: ServiceName, tenant: Tenant): Client {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${service.url}/${name}/scim${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tenant[name]}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') ? JSON.parse(text) : {},
    };
  };
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The body of a create. */
export const user = (attributes: object) => ({ schemas: [USER], ...attributes });

/** The body of a PATCH. */
export const patchOp = (...operations: readonly object[]) => ({ schemas: [PATCH_OP], Operations: operations });
