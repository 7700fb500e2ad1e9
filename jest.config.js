const E2E = ['<rootDir>/test/**/*.e2e-spec.ts', '<rootDir>/examples/**/*.spec.ts'];

/** Suites whose subject runs in a process of its own, where no coverage of this one sees it. */
const PROCESSES = [
  'test/{demo,package,service,support}/**/*.e2e-spec.ts',
  'test/phoenix/waiting-process.e2e-spec.ts',
  'test/redis/{forgotten-process,interrupted-renewal,renewal-under-load,secured-redis,service-replicas,wrong-clocks}.e2e-spec.ts',
  'test/sandbox/{checkout-browser,cli,own-process,sandbox-module,web-pages}.e2e-spec.ts',
];

export const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nestjs-phoenix$': '<rootDir>/src/phoenix/index.ts',
    '^nestjs-phoenix/redis$': '<rootDir>/src/phoenix/redis/index.ts',
    '^nestjs-phoenix/sandbox$': '<rootDir>/src/sandbox/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/lib'],
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
};

/** @type {import('jest').Config} */
export default {
  // One worker for each core: what waits in one suite leaves the core to the other.
  maxWorkers: '100%',
  // Against tests that hang, not to measure time: a busy machine is slow.
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/skipped.reporter.js'],
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    {
      ...common,
      displayName: 'in-process',
      testMatch: [...E2E, ...PROCESSES.map((suites) => `!**/${suites}`)],
    },
    {
      ...common,
      displayName: 'processes',
      testMatch: PROCESSES.map((suites) => `<rootDir>/${suites}`),
    },
  ],
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
