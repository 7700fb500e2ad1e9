const PROJECTS = ['unit', 'in-process', 'processes'];

/** Suites run in groups, which is faster, unless some are asked for by name: those run by themselves. */
const isNamed = process.argv
  .slice(2)
  .some((word) => !/^-|^\d/.test(word) && !PROJECTS.includes(word));

const IN_PROCESS = isNamed
  ? ['<rootDir>/test/**/*.e2e-spec.ts']
  : [
      '<rootDir>/test/groups/*.group.ts',
      '<rootDir>/test/!(phoenix|redis|sandbox)/**/*.e2e-spec.ts',
    ];

export const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nestjs-phoenix$': '<rootDir>/src/phoenix/index.ts',
    '^nestjs-phoenix/browser$': '<rootDir>/src/browser/index.ts',
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
      testMatch: [...IN_PROCESS, '<rootDir>/examples/**/*.spec.ts'],
    },
    // What starts processes, or checks what was built: no coverage sees it.
    { ...common, displayName: 'processes', testMatch: ['<rootDir>/test/**/*.process-spec.ts'] },
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
