import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { services } from './services/services.ts';

/** The service of this process. A wrong setting throws here, and the process does not start. */
export const composition = compose(readConfig(), services);
