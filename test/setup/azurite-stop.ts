import { shared } from './shared-azurite.ts';

/** The globalTeardown of jest. */
module.exports = async (): Promise<void> => {
  await shared.azurite?.close();
};
