// The tests of the store and the brake, for mutation testing.
const { jest } = require('../../package.json');

module.exports = {
  ...jest,
  rootDir: '../..',
  roots: ['<rootDir>/test/store', '<rootDir>/test/brake'],
  globalSetup: '<rootDir>/test/mutation/one-azurite.ts',
  globalTeardown: undefined,
  maxWorkers: 1,
};
