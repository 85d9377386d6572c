import { advisors } from '../../../shared/services/advisors.ts';
import { rooms } from '../../../shared/services/rooms.ts';

/** The names of the services: in Tenant URLs, secrets and tables. */
export const services: readonly string[] = [advisors, rooms].map(({ name }) => name);
