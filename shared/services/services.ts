import { advisors } from './advisors.ts';
import { rooms } from './rooms.ts';
import type { Service } from './service.ts';

/** All services, in the order in which commands list them. */
export const services: readonly Service[] = [advisors, rooms];
