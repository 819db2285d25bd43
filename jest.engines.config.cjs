const base = require('./jest.config.cjs');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  roots: ['<rootDir>/test/engines'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Deployments and alerts take their time, and the engines are started by the files themselves.
  testTimeout: 120_000,
};
