import { common } from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...common,
  testMatch: ['<rootDir>/test/soak/**/*.soak-spec.ts'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
