/** The types of the answers that the console's server sends and its page reads. All times are ISO 8601 in UTC. */

import type { ChangeWord } from '../../shared/store/change-row.ts';

/** A column of the list: a mapped attribute from the service's declaration. */
export interface ColumnInfo {
  /** The column of the table. */
  readonly name: string;
  /** The attribute path, the target of Entra's mapping. */
  readonly path: string;
  /** The source of Entra's mapping. */
  readonly entra: string;
  /**
   * The column's role on the page: it names the resource, tells whether the resource is in use, groups the list, is unique, is the directory's key,
   * or is ordinary text.
   */
  readonly role: 'label' | 'status' | 'group' | 'unique' | 'key' | 'text';
}

export interface ServiceInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
}

/** What the page can show. It is read once when the page opens. */
export interface Site {
  readonly services: readonly ServiceInfo[];
  /** The name of the environment, such as `the local environment`. */
  readonly place: string;
  /** Whether a log of requests is available, and not only the changes. */
  readonly hasLog: boolean;
  /** Commands that provision a sample directory, by service and tenant. None without a local service. */
  readonly commands: Readonly<Record<string, string>>;
}

/** A sentence at the top of the overview, with its link. */
export interface Notice {
  readonly service: string;
  readonly tenant: string;
  readonly kind: 'silent' | 'brake' | 'token' | 'refusals' | 'audit' | 'unreadable';
  /** A sentence. If `at` is given, the sentence ends with that time. */
  readonly text: string;
  readonly at?: string;
}

export interface BrakeInfo {
  readonly kind: 'off' | 'open' | 'engaged' | 'released';
  readonly since?: string;
  readonly until?: string;
}

export interface TokenInfo {
  readonly state: 'none' | 'valid' | 'not yet valid' | 'expired' | 'revoked';
  /** When the last of the valid tokens expires. */
  readonly expires?: string;
}

/** One tenant's service in the overview. */
export interface OverviewRow {
  readonly service: string;
  readonly tenant: string;
  /** False until its rows have been read for the first time. */
  readonly isRead: boolean;
  readonly active: number;
  readonly disabled: number;
  readonly lastChange?: string;
  readonly lastRequest?: string;
  /** Changes of each of the last 14 days (UTC), the oldest first. */
  readonly days: readonly number[];
  readonly brake: BrakeInfo;
  /** Absent if no vault is named. */
  readonly token?: TokenInfo;
}

export interface Overview {
  readonly at: string;
  readonly rows: readonly OverviewRow[];
  readonly notices: readonly Notice[];
  /** Why the vault, the log or the audit is not available, as sentences. */
  readonly failures: readonly string[];
  /** The latest changes of all tenants, the newest first. */
  readonly latest: readonly LatestChange[];
  /** Whether an audit has ended since the console was started. */
  readonly isAudited: boolean;
}

export type Cell = string | boolean | null;

/** A resource in the list; the cells are in the order of the service's columns. */
export interface ListedResource {
  readonly id: string;
  readonly lastModified: string;
  readonly cells: readonly Cell[];
}

export interface ChangeInfo {
  readonly key: string;
  readonly at: string;
  readonly change: ChangeWord;
  readonly id: string;
  readonly attributes: readonly string[];
  readonly token: string;
}

/** A change with the display name of the resource, which is absent if the resource has been deleted. */
export interface LatestChange extends ChangeInfo {
  readonly service: string;
  readonly tenant: string;
  readonly label?: string;
}

/** A whole directory, or what has changed since a moment that the page names. */
export interface DirectoryNews {
  /** The page sends it with the next request. */
  readonly moment: string;
  /** Whether this is the whole directory, because the moment in the request is unknown. */
  readonly isWhole: boolean;
  readonly resources: readonly ListedResource[];
  /** The ids of deleted resources. */
  readonly gone: readonly string[];
  readonly changes: readonly ChangeInfo[];
}

/** A line on the screen of one resource. */
export interface AttributeLine {
  readonly path: string;
  /** The source in Entra's mapping. Absent for attributes that the service adds. */
  readonly entra?: string;
  /** Absent if the attribute is unassigned. */
  readonly value?: string;
}

/** A resource and its history. After its deletion only the history is left. */
export interface ResourceView {
  readonly id: string;
  readonly label: string;
  readonly isActive?: boolean;
  readonly attributes: readonly AttributeLine[];
  /** The SCIM representation. */
  readonly scim?: unknown;
  /** The columns of the row. */
  readonly columns: readonly (readonly [name: string, value: string])[];
  /** The newest first. */
  readonly history: readonly ChangeInfo[];
}
