import { randomUUID } from 'node:crypto';

/** The seconds until each part of Entra returns a new object or value. */
export interface Delays {
  /** The list of service principals. */
  readonly list: number;
  /** A service principal by its id. Until then, the answer is 404. */
  readonly application: number;
  /** The provisioning service. Until then, the answers are 401, 403 and 404 in turn. */
  readonly synchronization: number;
  /** The list of templates. Until then, it is empty. */
  readonly templates: number;
  /** The list of jobs. */
  readonly jobList: number;
  /** A job by its id. Until then, the answers are 404 and 409 in turn. */
  readonly job: number;
  /** A written value. Until then, the old value is returned. */
  readonly write: number;
}

export const noDelays: Delays = {
  list: 0,
  application: 0,
  synchronization: 0,
  templates: 0,
  jobList: 0,
  job: 0,
  write: 0,
};
export const someDelays: Delays = {
  list: 50,
  application: 10,
  synchronization: 30,
  templates: 40,
  jobList: 15,
  job: 8,
  write: 4,
};

/** A value that is read as the old one until a write has spread. */
export class Spreading<T> {
  #old: T;
  #current: T;
  #at = 0;
  constructor(value: T) {
    this.#old = value;
    this.#current = value;
  }
  read(now: number): T {
    return now >= this.#at ? this.#current : this.#old;
  }
  get current(): T {
    return this.#current;
  }
  write(value: T, visibleAt: number): void {
    this.#old = this.#current;
    this.#current = value;
    this.#at = visibleAt;
  }
}

export interface StoredJob {
  readonly id: string;
  readonly templateId: string;
  readonly madeAt: number;
  readonly schema: Spreading<string>;
  state: 'Active' | 'Disabled' | 'Paused';
  quarantine: object | null;
  lastExecution: object | null;
  /** How many initial cycles were started. */
  initialCycles: number;
}

export interface StoredApplication {
  /** The service principal's object id. */
  readonly id: string;
  readonly appId: string;
  /** The registration's object id. */
  readonly objectId: string;
  displayName: string;
  readonly madeAt: number;
  readonly jobs: StoredJob[];
  readonly secrets: Spreading<ReadonlyMap<string, string>>;
  readonly assignments: { readonly principalId: string; readonly appRoleId: string }[];
}

export interface DirectoryObject {
  readonly id: string;
  readonly name: string;
  readonly securityEnabled?: boolean;
}

/** The roles of every application that is made from the template. */
export const USER_ROLE = '18d14569-c3bd-439b-9a66-3a2aee01d14f';
export const appRoles = [
  {
    allowedMemberTypes: ['User'],
    displayName: 'msiam_access',
    id: 'b9632174-c057-4f7e-951b-be3adc52bfe6',
    isEnabled: true,
    value: null,
  },
  { allowedMemberTypes: ['User'], displayName: 'User', id: USER_ROLE, isEnabled: true, value: null },
];

/** Everything that the stand-in stores. */
export interface GraphTenant {
  readonly id: string;
  readonly domain: string;
  readonly applications: StoredApplication[];
  readonly users: DirectoryObject[];
  readonly groups: DirectoryObject[];
  readonly log: object[];
  readonly diagnosticSettings: Map<string, object>;
}

export const newTenant = (): GraphTenant => ({
  id: randomUUID(),
  domain: 'contoso.com',
  applications: [],
  users: [],
  groups: [],
  log: [],
  diagnosticSettings: new Map(),
});

export function newApplication(displayName: string, madeAt: number): StoredApplication {
  return {
    id: randomUUID(),
    appId: randomUUID(),
    objectId: randomUUID(),
    displayName,
    madeAt,
    jobs: [],
    secrets: new Spreading<ReadonlyMap<string, string>>(new Map()),
    assignments: [],
  };
}
