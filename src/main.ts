import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { createApp } from './create-app.js';
import { explain } from './service/startup-error.js';
import { serviceConfig } from './service/service.config.js';

try {
  const app = await createApp();
  const { port, host } = serviceConfig();
  await app.listen(port, host);
  new Logger('Service').log(`Listening on port ${new URL(await app.getUrl()).port}`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
