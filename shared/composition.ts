import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { advisors } from './services/advisors.ts';
import { rooms } from './services/rooms.ts';

/** The service of this process. A wrong setting throws here, and the process does not start. */
export const composition = compose(readConfig(), [advisors, rooms]);
