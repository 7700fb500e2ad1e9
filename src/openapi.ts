import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { createApp } from './create-app.js';
import { createOpenApiDocument } from './service/openapi.document.js';

/** The document is that of the defaults; these make the service start without any configuration. */
Object.assign(process.env, {
  PHOENIX_CLIENT_ID: 'openapi',
  PHOENIX_CLIENT_SECRET: 'openapi',
  PHOENIX_API_KEYS: 'openapi-openapi-openapi',
  PHOENIX_HEALTH_DETAILS: 'guarded',
  LOG_LEVEL: 'error',
});

const file = new URL('../openapi.json', import.meta.url);
const app = await createApp({ ignoreEnvFile: true });
const text = `${JSON.stringify(createOpenApiDocument(app), undefined, 2)}\n`;

if (process.argv.includes('--check')) {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed !== text) {
    process.stderr.write(
      'openapi.json does not match the code. Run npm run openapi and commit it.\n',
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
