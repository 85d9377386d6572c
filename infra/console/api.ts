/** The types of the responses of the console's server, which its page reads. All times are ISO 8601 in UTC. */

import type { ChangeWord } from '../../shared/store/change-row.ts';

/** A column of the list: a mapped attribute from the service's declaration. */
export interface ColumnInfo {
  /** The column of the table. */
  readonly name: string;
  /** The attribute path: the target in Entra's mapping. */
  readonly path: string;
  /** The source in Entra's mapping. */
  readonly entra: string;
  /**
   * The column's role on the page: it names the resource, shows whether the resource is in use, groups the list, is unique, is the directory's key,
   * or is ordinary text.
   */
  readonly role: 'label' | 'status' | 'group' | 'unique' | 'key' | 'text';
}

/** A service, with the columns of its list. */
export interface ServiceInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
}

/** What the page can show. It is read once when the page opens. */
export interface Site {
  readonly services: readonly ServiceInfo[];
  /** The name of the environment, such as `the local environment`. */
  readonly place: string;
  /** Whether a log of requests is available. */
  readonly hasLog: boolean;
  /** Commands that provision a sample directory, by service and tenant. Only a local service has them. */
  readonly commands: Readonly<Record<string, string>>;
}

/** A sentence at the top of the overview, with its link. */
export interface Notice {
  readonly service: string;
  readonly tenant: string;
  readonly kind: 'silent' | 'brake' | 'token' | 'refusals' | 'audit' | 'unreadable';
  /** A sentence. If there is a time in `at`, the sentence ends with it. */
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
  /** The number of changes on each of the last 14 days (UTC), oldest first. */
  readonly days: readonly number[];
  readonly brake: BrakeInfo;
  /** Absent if no key vault is named. */
  readonly token?: TokenInfo;
}

export interface Overview {
  readonly at: string;
  readonly rows: readonly OverviewRow[];
  readonly notices: readonly Notice[];
  /** Why the key vault, the log or the audit is not available, as sentences. */
  readonly failures: readonly string[];
  /** The latest changes of all tenants, newest first. */
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

/** A whole directory, or its changes since a moment in the page's request. */
export interface DirectoryNews {
  /** The moment that the page sends with its next request. */
  readonly moment: string;
  /** Whether this is the whole directory, because the moment in the request is unknown. */
  readonly isWhole: boolean;
  readonly resources: readonly ListedResource[];
  /** The ids of deleted resources. */
  readonly gone: readonly string[];
  readonly changes: readonly ChangeInfo[];
}

/** An attribute of a resource. */
export interface AttributeLine {
  readonly path: string;
  /** The source in Entra's mapping. Absent for attributes that the service adds. */
  readonly entra?: string;
  /** Absent if the attribute is unassigned. */
  readonly value?: string;
}

/** A resource and its history. For a deleted resource, there is only the history. */
export interface ResourceView {
  readonly id: string;
  readonly label: string;
  readonly isActive?: boolean;
  readonly attributes: readonly AttributeLine[];
  /** The SCIM representation. */
  readonly scim?: unknown;
  /** The columns of the row. */
  readonly columns: readonly (readonly [name: string, value: string])[];
  /** Newest first. */
  readonly history: readonly ChangeInfo[];
}
