/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/set-up.cjs',
  globalTeardown: '<rootDir>/test/support/tear-down.cjs',
  // They build and start engines for minutes: npm run test:engines.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/engines/'],
  roots: ['<rootDir>/test'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023' } }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
