import 'reflect-metadata';
import { createApp } from './create-app.js';
import { explain } from './service/startup-error.js';
import { serviceConfig } from './service/service.config.js';

try {
  const app = await createApp();
  const { port, host } = serviceConfig();
  await app.listen(port, host);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
