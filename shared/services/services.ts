import { advisors } from './advisors.ts';
import { rooms } from './rooms.ts';
import type { Service } from './service.ts';

/** All services, in the order in which they are listed for people. */
export const services: readonly Service[] = [advisors, rooms];
