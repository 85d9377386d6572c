import type { Azurite } from '../../infra/local/azurite.ts';

/** The Azurite that jest's globalSetup started and its globalTeardown stops. */
export const shared: { azurite?: Azurite } = {};
