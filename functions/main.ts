import { app } from '@azure/functions';
import { composition } from '../shared/composition.ts';
import { describeError } from '../shared/http/describe-error.ts';
import './advisors.ts';
import './rooms.ts';

app.http('Health', { methods: ['GET'], route: 'health', authLevel: 'anonymous', handler: composition.health });

app.hook.appStart(() => composition.prepare());

// The third time a worker dies the host gives up; a rejection that nobody awaited is no reason to die.
process.on('unhandledRejection', (reason) =>
  console.error(`Unhandled rejection ${JSON.stringify(describeError(reason))}`),
);
