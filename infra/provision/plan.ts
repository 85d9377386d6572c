import { isSame } from './dialects.ts';
import { type DirectoryUser, mapping as declared, isActive, type Mapping, sourceValues } from './mapping.ts';
import type { Link, State } from './state.ts';

interface DeleteStep {
  readonly kind: 'delete';
  readonly objectId: string;
  readonly userName: string;
  readonly id: string;
}

export interface ProvisionStep {
  readonly kind: 'provision';
  readonly user: DirectoryUser;
  /** The service's id of the user, where it is known. */
  readonly id: string | undefined;
}

export type Step = DeleteStep | ProvisionStep;

/** What a cycle has to do. */
export interface Plan {
  /** Deletions and disablings come first: a userPrincipalName that they free may be another's in the same export. */
  readonly leavers: readonly Step[];
  readonly others: readonly Step[];
  readonly unchanged: readonly DirectoryUser[];
  /** Never provisioned and out of scope: Entra sends nothing for them. */
  readonly skipped: readonly DirectoryUser[];
  /** Object ids that are gone from the directory and are not deleted in the service. */
  readonly forgotten: readonly string[];
}

/** How a cycle compares. */
interface CycleKind {
  readonly everything?: boolean;
  /** The services' own unless said otherwise. */
  readonly mapping?: Mapping;
}

/**
 * Compares the export with what the last cycle left. With `everything`, users are looked up even if nothing changed, as after
 * "Restart provisioning".
 */
export function planCycle(users: readonly DirectoryUser[], state: State, cycle: CycleKind = {}): Plan {
  const groups = Object.groupBy(users, (user) => groupOf(user, state.users.get(user.id), cycle));
  const step = (user: DirectoryUser): Step => ({ kind: 'provision', user, id: state.users.get(user.id)?.id });
  return {
    leavers: [...deletions(users, state), ...(groups.leavers ?? []).map(step)],
    others: (groups.others ?? []).map(step),
    unchanged: groups.unchanged ?? [],
    skipped: groups.skipped ?? [],
    forgotten: gone(users, state).flatMap(([objectId, link]) => (isManaged(link) ? [] : objectId)),
  };
}

function groupOf(user: DirectoryUser, link: Link | undefined, { everything = false, mapping = declared }: CycleKind) {
  if (!link && isOutOfScope(user)) return 'skipped';
  if (link && !everything && isUnchanged(user, link, mapping)) return 'unchanged';
  return isActive(user) ? 'others' : 'leavers';
}

const isOutOfScope = (user: DirectoryUser): boolean => !user.assigned || user.deletedDateTime !== null;

/** Of a user who stays disabled nothing is sent. */
function isUnchanged(user: DirectoryUser, link: Link, mapping: Mapping): boolean {
  const staysDisabled = !isActive(user) && link.values['active'] === false;
  return staysDisabled || isSame(sourceValues(user, mapping), link.values, mapping);
}

function deletions(users: readonly DirectoryUser[], state: State): readonly Step[] {
  return gone(users, state).flatMap(([objectId, link]) => {
    if (!isManaged(link)) return [];
    return { kind: 'delete', objectId, userName: String(link.values['userName']), id: link.id };
  });
}

function gone(users: readonly DirectoryUser[], state: State): readonly (readonly [string, Link])[] {
  const present = new Set(users.map(({ id }) => id));
  return [...state.users].filter(([objectId]) => !present.has(objectId));
}

/** Entra deletes nobody who was unassigned when the directory deleted them, and nobody whom it never provisioned. */
const isManaged = (link: Link): link is Link & { readonly id: string } => link.assigned && link.id !== undefined;
