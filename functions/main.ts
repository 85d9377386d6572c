import { app } from '@azure/functions';
import { compose } from '../shared/compose.ts';
import { readConfig } from '../shared/config.ts';
import { describeError } from '../shared/http/record.ts';
import { services } from '../shared/services/services.ts';
import { registerService } from './scim.ts';

/** The commit that the bundle was built from. The build defines it; it is undefined when the sources are run. */
declare const BUILD_COMMIT: string | undefined;

/** Throws if a setting is wrong, so the app starts without any function. */
const composition = compose(readConfig(), services, typeof BUILD_COMMIT === 'undefined' ? undefined : BUILD_COMMIT);

app.http('Health', { methods: ['GET'], route: 'health', authLevel: 'anonymous', handler: composition.health });

for (const service of services) registerService(service, composition.handler);

// Every night at 02:30 UTC, on one instance.
app.timer('Maintenance', {
  schedule: '0 30 2 * * *',
  handler: (_timer, context) => composition.maintain((record) => context.log(record)),
});

app.hook.appStart(() => composition.prepare());

// The host gives up when a worker has died three times, so an unhandled rejection is only logged.
process.on('unhandledRejection', (reason) =>
  console.error(`Unhandled rejection ${JSON.stringify(describeError(reason))}`),
);
