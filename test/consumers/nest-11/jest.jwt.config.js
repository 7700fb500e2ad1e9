const { existsSync } = require('node:fs');

/** The lines of the README for tests that reach the JWT guard. @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testRegex: '\\.spec\\.ts$',
  transformIgnorePatterns: existsSync('node_modules/.pnpm')
    ? ['/node_modules/(?!.pnpm/jose@|jose/)']
    : ['/node_modules/(?!jose/)'],
};
