import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';

/** The resources that a process has used so far. */
export interface Usage {
  /** CPU time in milliseconds, of all its threads. */
  readonly cpu: number;
  /** Resident memory in MB. */
  readonly memory: number;
  /** The storage calls that the service has logged. */
  readonly storageCalls: number;
  /** The longest time that the event loop was blocked since the last call, in milliseconds. */
  readonly stall: number;
}

/** A measured process. */
export interface Server {
  readonly url: string;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

/** The heap limits that Node chooses on a deployed instance with 2 GB. On a larger machine, Node uses more memory before it collects garbage. */
export const deployedHeap: readonly string[] = ['--max-old-space-size=1024', '--max-semi-space-size=8'];

export type Settings = Readonly<Record<string, string>>;

/** What a measured process runs. */
export interface ServerOptions {
  /** The bundle of server-process.ts. */
  readonly host: string;
  /** The bundle that it serves. */
  readonly app: string;
  readonly settings: Settings;
  readonly heap?: readonly string[];
}

/** Starts a process that serves an app (see server-process.ts), by default with the heap that Node chooses for this machine. It exits with this process. Rejects if it does not start. */
export async function startServer({ host, app, settings, heap = [] }: ServerOptions): Promise<Server> {
  const child = fork(host, [app], { env: cleanEnvironment(settings), execArgv: [...heap] });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`The measured process ended with ${code}. Its message is above.`);
  });
  failed.catch(() => undefined);
  const nextMessage = async () => (await Promise.race([once(child, 'message'), failed]))[0];
  const { url } = await nextMessage(); // server-process.ts sends its URL first
  return {
    url,
    usage() {
      child.send('usage');
      return nextMessage();
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The environment variables of this process, without those that would affect the figures. */
export function cleanEnvironment(settings: Settings): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(SCIM_|NODE_|AZURE_|IDENTITY_|npm_)/.test(name));
  return { ...Object.fromEntries(kept), ...settings };
}

/** The tenants of the benchmark: a bank with few advisors, and one with many. */
export const tenants = ['small', 'large'] as const;
export type Tenant = (typeof tenants)[number];

/** Their Secret Tokens, made for this run. */
export const tokens: Readonly<Record<Tenant, string>> = { small: newToken('small'), large: newToken('large') };

/** The settings of a measured service with these tables. Its public URL is not used. */
export const settingsWith = (tables: string): Settings => ({
  SCIM_PUBLIC_URL: 'http://localhost:7071',
  SCIM_TABLES: tables,
  SCIM_TOKENS: JSON.stringify({ advisors: { small: [tokens.small], large: [tokens.large] } }),
});

/** Settings like those of a deployed service, for loading its bundle. The addresses do not exist. */
export const deployedSettings: Settings = {
  SCIM_PUBLIC_URL: 'https://bench.example',
  SCIM_TABLES: 'https://bench.example',
  SCIM_KEY_VAULT_URI: 'https://bench.example',
};

function newToken(tenant: string): string {
  return `${tenant}.${randomBytes(32).toString('base64url')}`;
}
