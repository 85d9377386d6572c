import type { Ask } from '../commands/shared/confirmation.ts';
import type { Output } from '../commands/shared/output.ts';
import type { Dialect } from './dialects.ts';
import { mapping as declared, type Mapping } from './mapping.ts';
import { defaultStatePath } from './state.ts';
import { hasFlag, parseTenantUrl, type TenantUrl } from './tenant-url.ts';

/** What an administrator enters for a provisioning job, and where the stand-in finds and keeps what Entra has itself. */
export interface JobSettings {
  /** The Tenant URL. */
  readonly url: string;
  /** The Secret Token. */
  readonly token: string;
  /** Path of the directory export. */
  readonly directory: string;
  /** How the job writes a PATCH; undefined: as the Tenant URL asks for. */
  readonly dialect: Dialect | undefined;
  /** Path of the file that remembers what the last cycle left; undefined: one that is named for the tenant and the service. */
  readonly state: string | undefined;
  /** The attribute mapping; the services' own unless said otherwise. */
  readonly mapping?: Mapping | undefined;
  /** Whether more than a tenth of the known users may be deleted without a question. */
  readonly allowRemovals?: boolean;
  /** Whether to show what would be sent instead of sending it. */
  readonly dryRun?: boolean;
}

/** A provisioning job with nothing left open. */
export interface Job {
  readonly tenantUrl: TenantUrl;
  readonly token: string;
  readonly directory: string;
  readonly dialect: Dialect;
  readonly state: string;
  readonly mapping: Mapping;
  readonly allowRemovals: boolean;
  readonly dryRun: boolean;
}

/** What a job has of the process that it runs in. */
export interface JobContext {
  readonly output: Output;
  /** Resolves after so many seconds; rejects as soon as the signal is aborted. */
  readonly wait: (seconds: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when the person presses Ctrl-C. */
  readonly stop: AbortSignal;
  /** Puts a question to the person; undefined where nobody can be asked. */
  readonly ask?: Ask | undefined;
}

/** Makes a job of its settings. Throws CommandError where the Tenant URL is none. */
export function jobOf(settings: JobSettings): Job {
  const { url, token, directory, dialect, state, mapping = declared, allowRemovals = false, dryRun = false } = settings;
  const tenantUrl = parseTenantUrl(url);
  return {
    tenantUrl,
    token,
    directory,
    dialect: dialect ?? (hasFlag(tenantUrl) ? 'flagged' : 'scim'),
    state: state ?? defaultStatePath(tenantUrl, token),
    mapping,
    allowRemovals,
    dryRun,
  };
}
