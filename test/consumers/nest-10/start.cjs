require('reflect-metadata');
const { join } = require('node:path');

/** Node.js would load the other build. */
const build = join(__dirname, 'node_modules/nestjs-phoenix/lib/cjs/index.js');
const { PhoenixModule } = require(build);

PhoenixModule.forRoot({ clientId: 'partner', clientSecret: 'secret', controller: false });
