/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  rootDir: '.',
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/test/**/*.e2e-spec.ts',
    '<rootDir>/examples/**/*.spec.ts',
  ],
  testTimeout: 30_000,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  coverageProvider: 'v8',
  collectCoverageFrom: [
    'src/phoenix/**/*.ts',
    '!**/*.spec.ts',
    '!src/phoenix/index.ts',
    // Types only: never loaded at run time.
    '!src/phoenix/token/token-events.ts',
    '!src/phoenix/phoenix.options.ts',
    '!src/phoenix/phoenix.extras.ts',
    '!src/phoenix/redis/redis-store.options.ts',
    '!src/phoenix/token/token-source.ts',
    '!src/phoenix/token/token-store.ts',
  ],
  coverageThreshold: { 'src/phoenix/': { lines: 95, branches: 95 } },
  coverageReporters: ['text', 'lcov'],
};
