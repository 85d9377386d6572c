import { startAzurite } from '../../infra/local/azurite.ts';
import { shared } from './shared-azurite.ts';

/** The globalSetup of jest: starts one in-memory Azurite for the whole run. SCIM_TEST_TABLES is its connection string. Azurite also ends if jest crashes. */
module.exports = async (): Promise<void> => {
  shared.azurite = await startAzurite();
  process.env['SCIM_TEST_TABLES'] = shared.azurite.connectionString;
};
