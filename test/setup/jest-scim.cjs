// The tests of the scim ring alone, for mutation testing: no Azurite is started, and what takes long without killing more mutants is left out.
module.exports = {
  rootDir: '../..',
  roots: ['<rootDir>/test/scim'],
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/properties/'],
  transform: { '\\.ts$': '<rootDir>/test/setup/transform.cjs' },
};
