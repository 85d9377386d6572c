// @ts-nocheck
import { startAzurite } from '../../infra/local/azurite.ts';
import { shared } from './shared-azurite.ts';

/** jest's globalSetup: one Azurite in memory for the whole run, found by SCIM_TEST_TABLES. It also ends when jest crashes. */
module.exports = async (): Promise<void> => {
  shared.azurite = await startAzurite();
  process.env['SCIM_TEST_TABLES'] = shared.azurite.connectionString;
};
