/** What the console's server answers and its page reads: the only thing that the two share. All times are ISO 8601 in UTC. */

import type { ChangeWord } from '../../shared/store/change-row.ts';

/** A column of the list: a mapped attribute, as the service declares it. */
export interface ColumnInfo {
  /** The column of the table. */
  readonly name: string;
  /** The attribute path, the target of Entra's mapping. */
  readonly path: string;
  /** The source of Entra's mapping. */
  readonly entra: string;
  /**
   * What the page does with it: it names the resource, says whether it is in use, groups the list, is unique, is the directory's own
   * key, or is text like any other.
   */
  readonly role: 'label' | 'status' | 'group' | 'unique' | 'key' | 'text';
}

export interface ServiceInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
}

/** What there is to see, and where: read once when the page opens. */
export interface Site {
  readonly services: readonly ServiceInfo[];
  /** What is looked at: `the local environment`, or the account's address. */
  readonly place: string;
  /** Whether requests are known, not only the changes that they made. */
  readonly hasLog: boolean;
  /** Commands that provision a sample directory, by service and tenant; none where there is no local service. */
  readonly commands: Readonly<Record<string, string>>;
}

/** A sentence at the head of the overview, with where it leads. */
export interface Notice {
  readonly service: string;
  readonly tenant: string;
  readonly kind: 'silent' | 'brake' | 'token' | 'refusals' | 'audit' | 'unreadable';
  /** A sentence, which `at` ends where it is given. */
  readonly text: string;
  readonly at?: string;
}

export interface BrakeInfo {
  readonly kind: 'off' | 'open' | 'latched' | 'released';
  readonly since?: string;
  readonly until?: string;
}

export interface TokenInfo {
  readonly state: 'none' | 'valid' | 'not yet valid' | 'expired' | 'revoked';
  /** When the last of the valid ones ends. */
  readonly expires?: string;
}

/** One tenant's service in the overview. */
export interface OverviewRow {
  readonly service: string;
  readonly tenant: string;
  /** False while its rows are read for the first time. */
  readonly isRead: boolean;
  readonly active: number;
  readonly disabled: number;
  readonly lastChange?: string;
  readonly lastRequest?: string;
  /** Changes of each of the last 14 days (UTC), the oldest first. */
  readonly days: readonly number[];
  readonly brake: BrakeInfo;
  /** Absent where no vault is named. */
  readonly token?: TokenInfo;
}

export interface Overview {
  readonly at: string;
  readonly rows: readonly OverviewRow[];
  readonly notices: readonly Notice[];
  /** Why the vault, the log or the audit is not at hand, as sentences. */
  readonly failures: readonly string[];
  /** The latest changes of all tenants, the newest first. */
  readonly latest: readonly LatestChange[];
  /** Whether the audit has been through since the console was started. */
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

/** A change with what people call the resource by; absent where it is no more. */
export interface LatestChange extends ChangeInfo {
  readonly service: string;
  readonly tenant: string;
  readonly label?: string;
}

/** A whole directory, or what became different since a moment that the page names. */
export interface DirectoryNews {
  /** To be sent with the next question. */
  readonly moment: string;
  /** Whether this is the whole directory, because the moment that was named is unknown. */
  readonly isWhole: boolean;
  readonly resources: readonly ListedResource[];
  /** Ids of those that are no more. */
  readonly gone: readonly string[];
  readonly changes: readonly ChangeInfo[];
}

/** A line on the screen of one resource. */
export interface AttributeLine {
  readonly path: string;
  /** The source of Entra's mapping; absent for what the service adds by itself. */
  readonly entra?: string;
  /** Absent where the attribute is unassigned. */
  readonly value?: string;
}

/** A resource and its history. After its deletion only the history is left. */
export interface ResourceView {
  readonly id: string;
  readonly label: string;
  readonly isActive?: boolean;
  readonly attributes: readonly AttributeLine[];
  /** As SCIM answers it. */
  readonly scim?: unknown;
  /** As the row has it. */
  readonly columns: readonly (readonly [name: string, value: string])[];
  /** The newest first. */
  readonly history: readonly ChangeInfo[];
}
