// @ts-nocheck
import type { Azurite } from '../../infra/local/azurite.ts';

/** What jest's globalSetup started, for its globalTeardown. */
export const shared: { azurite?: Azurite } = {};
