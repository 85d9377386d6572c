import { startAzurite } from '../../infra/local/azurite.ts';

/** jest's globalSetup under Stryker: one Azurite for all mutants of a process. It ends with the process. */
module.exports = async (): Promise<void> => {
  process.env['SCIM_TEST_TABLES'] ??= (await startAzurite()).connectionString;
};
