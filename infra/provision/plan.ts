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
  /** The service's id of the user; undefined if it is not known. */
  readonly id: string | undefined;
}

/** One step of a cycle. */
export type Step = DeleteStep | ProvisionStep;

/** The steps of a cycle. */
export interface Plan {
  /** Users to delete and disable. They come first, because another user of the export may have taken over the userPrincipalName. */
  readonly leavers: readonly Step[];
  readonly others: readonly Step[];
  readonly unchanged: readonly DirectoryUser[];
  /** Users who are out of scope and were never provisioned. Entra sends nothing for them. */
  readonly skipped: readonly DirectoryUser[];
  /** Object ids that are no longer in the directory, of users who are not deleted in the service. */
  readonly forgotten: readonly string[];
}

/** How a cycle compares the export with the state. */
interface CycleKind {
  readonly everything?: boolean;
  /** By default the mapping that the services declare. */
  readonly mapping?: Mapping;
}

/**
 * Compares the export with the state of the last cycle. With `everything`, unchanged users are looked up too, as after "Restart
 * provisioning".
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

/** Whether nothing is sent for the user. A user who stays disabled counts as unchanged. */
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

/** Whether Entra deletes the user. It deletes no user that it never provisioned, or that was unassigned when the directory deleted it. */
const isManaged = (link: Link): link is Link & { readonly id: string } => link.assigned && link.id !== undefined;
