// @ts-nocheck
import { shared } from './shared-azurite.ts';

/** jest's globalTeardown. */
module.exports = async (): Promise<void> => {
  await shared.azurite?.close();
};
