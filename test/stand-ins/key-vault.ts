import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { type Change, failure, type VaultAnswer, type VaultSecrets, vaultSecrets } from './key-vault-secrets.ts';

const LARGEST_PAGE = 25;

/** A self-signed certificate for localhost and 127.0.0.1, which a client has to trust explicitly. */
export const loopbackCertificate = join(import.meta.dirname, 'loopback-certificate.pem');
const certificate = readFileSync(loopbackCertificate, 'utf8');
const key = readFileSync(join(import.meta.dirname, 'loopback-key.pem'), 'utf8');

/**
 * How the vault treats requests: `cut` closes the connection without an answer, `lost` carries the request out first, `forbidden` is a
 * missing role, `busy` asks clients to wait for a minute, and `endless` gives every page of a listing a next page.
 */
export type Mood = 'well' | 'throttled' | 'busy' | 'cut' | 'lost' | 'broken' | 'forbidden' | 'silent' | 'endless';

export interface KeyVaultStandIn {
  readonly uri: string;
  /** Direct access to the secrets, which does not appear in `calls`. */
  readonly secrets: VaultSecrets;
  /** An identity that the vault accepts. */
  readonly credential: TokenCredential;
  /** The options with which a SecretClient accepts a vault on 127.0.0.1. */
  readonly client: SecretClientOptions;
  /** Every request except those that only get a challenge, such as `GET /secrets/NAME/versions`. */
  readonly calls: string[];
  /** How many challenges were sent. */
  challenges(): number;
  /** Treats all calls in this way, or only the chosen ones. */
  behave(mood: Mood, towards?: (call: string) => boolean): void;
  /** Delays every answer, including challenges, by this many milliseconds. */
  slow(milliseconds: number): void;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Calls `observer` with each call before it is answered. */
  watch(observer: (call: string) => void): void;
  /** Holds all answers until the returned function is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

/** Starts a Key Vault on a free loopback port, with the REST API over TLS. */
export async function startKeyVault(): Promise<KeyVaultStandIn> {
  const accessToken = randomBytes(16).toString('hex');
  const calls: string[] = [];
  const state = {
    mood: 'well' as Mood,
    towards: (_: string) => true,
    delay: 0,
    gate: Promise.resolve(),
    challenges: 0,
    observer: (_: string) => {},
  };
  const server = createServer({ cert: certificate, key }, (request, response) => {
    answer(request, response).catch(() => response.destroy()); // the client has disconnected
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const uri = `https://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is an AddressInfo
  const secrets = vaultSecrets(() => uri);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (state.delay > 0) await pause(state.delay);
    if (request.headers.authorization !== `Bearer ${accessToken}`) {
      state.challenges += 1;
      return send(response, failure(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer token.'), CHALLENGE);
    }
    const url = new URL(request.url ?? '/', uri);
    const call = `${request.method} ${url.pathname}`;
    calls.push(call);
    await state.gate;
    const mood = state.towards(call) ? state.mood : 'well';
    state.observer(call);
    if (mood === 'cut') return void request.socket.destroy();
    if (mood === 'silent') return;
    const { status, body: reply } = refusals[mood] ?? route(secrets, `${request.method}`, url, body);
    if (mood === 'lost') return void request.socket.destroy();
    const page = mood === 'endless' && isListing(call) ? { ...(reply as object), nextLink: nextOf(url) } : reply; // the body that `route` returns
    send(response, { status, body: page }, status === 429 ? { 'retry-after': mood === 'busy' ? '60' : '1' } : {});
  }

  return {
    uri,
    secrets,
    calls,
    credential: { getToken: async () => ({ token: accessToken, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    client: { disableChallengeResourceVerification: true, tlsOptions: { ca: certificate } },
    challenges: () => state.challenges,
    behave(mood, towards = () => true) {
      Object.assign(state, { mood, towards });
    },
    slow(milliseconds) {
      state.delay = milliseconds;
    },
    connections: () => promisify(server.getConnections.bind(server))(),
    watch(observer) {
      state.observer = observer;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.gate = promise;
      return resolve;
    },
    async stop() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const CHALLENGE = {
  'www-authenticate':
    'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001", resource="https://vault.azure.net"',
};

const refusals: Partial<Record<Mood, VaultAnswer>> = {
  busy: failure(429, 'Throttled', 'Request was not processed because too many requests were received.'),
  throttled: failure(429, 'Throttled', 'Request was not processed because too many requests were received.'),
  broken: failure(500, 'InternalServerError', 'An error occurred.'),
  forbidden: failure(403, 'Forbidden', 'Caller is not authorized to perform action.', 'ForbiddenByRbac'),
};

const isListing = (call: string): boolean => /^GET \/secrets(\/[^/]+\/versions)?$/.test(call);

/** The link to the same page again. */
function nextOf(url: URL): string {
  const next = new URL(url);
  next.searchParams.set('$skiptoken', '0');
  next.searchParams.set('page', String(Number(url.searchParams.get('page') ?? 0) + 1));
  return next.href;
}

function route(secrets: VaultSecrets, method: string, url: URL, body: Change): VaultAnswer {
  const [, collection, name = '', version = ''] = url.pathname.split('/');
  const operations: Record<string, () => VaultAnswer> =
    collection === 'deletedsecrets'
      ? {
          GET: () => (name ? secrets.getDeleted(name) : page(secrets.listDeleted(), url)),
          DELETE: () => secrets.purge(name),
          POST: () => secrets.recover(name),
        }
      : {
          GET: () => (!name || version === 'versions' ? list(secrets, name, url) : secrets.get(name, version)),
          PUT: () => secrets.set(name, body),
          PATCH: () => secrets.update(name, version, body),
          DELETE: () => secrets.remove(name),
        };
  return operations[method]?.() ?? failure(405, 'BadParameter', `Method ${method} does not apply here.`);
}

function list(secrets: VaultSecrets, name: string, url: URL): VaultAnswer {
  const items = name ? secrets.list(name) : secrets.list();
  return items ? page(items, url) : failure(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found.`);
}

function page(items: readonly unknown[], url: URL): VaultAnswer {
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const to = from + Math.min(LARGEST_PAGE, Number(url.searchParams.get('maxresults') ?? LARGEST_PAGE));
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(to));
  return { status: 200, body: { value: items.slice(from, to), nextLink: to < items.length ? next.href : null } };
}

async function readBody(request: IncomingMessage): Promise<Change> {
  const chunks = await request.toArray();
  return chunks.length ? (JSON.parse(Buffer.concat(chunks).toString()) as Change) : {}; // the SDK sends this form
}

function send(response: ServerResponse, { status, body }: VaultAnswer, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
