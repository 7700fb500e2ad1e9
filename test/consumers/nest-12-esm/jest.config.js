/** @type {import('jest').Config} */
export default { testEnvironment: 'node', roots: ['<rootDir>/dist'], transform: {} };
