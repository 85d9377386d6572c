import type { Ask } from '../commands/shared/confirmation.ts';
import type { Output } from '../commands/shared/output.ts';
import type { Dialect } from './dialects.ts';
import { mapping as declared, type Mapping } from './mapping.ts';
import { defaultStatePath } from './state.ts';
import { hasFlag, parseTenantUrl, type TenantUrl } from './tenant-url.ts';

/** What an administrator enters for a provisioning job, and the files with the directory and the state. */
export interface JobSettings {
  /** The Tenant URL. */
  readonly url: string;
  /** The Secret Token. */
  readonly token: string;
  /** Path of the directory export. */
  readonly directory: string;
  /** How the job writes a PATCH; undefined to follow the flag in the Tenant URL. */
  readonly dialect: Dialect | undefined;
  /** Path of the file with the state of the last cycle; undefined for a file that is named after the tenant and the service. */
  readonly state: string | undefined;
  /** The attribute mapping; by default the one that the services declare. */
  readonly mapping?: Mapping | undefined;
  /** Whether more than a tenth of the known users may be deleted without asking. */
  readonly allowRemovals?: boolean;
  /** Whether to show what would be sent instead of sending it. */
  readonly dryRun?: boolean;
}

/** A provisioning job with all its settings. */
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

/** What a job gets from the process that it runs in. */
export interface JobContext {
  readonly output: Output;
  /** Resolves after that many seconds; rejects as soon as the signal is aborted. */
  readonly wait: (seconds: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when the user presses Ctrl-C. */
  readonly stop: AbortSignal;
  /** Asks the user a question; undefined if there is no terminal. */
  readonly ask?: Ask | undefined;
}

/** Makes a job from its settings. Throws CommandError if the Tenant URL is not valid. */
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
