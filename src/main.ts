import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { createApp } from './create-app.js';
import { listen } from './service/listen.js';
import { explain } from './service/startup-error.js';
import { serviceConfig } from './service/service.config.js';

try {
  const app = await createApp();
  const port = await listen(app, serviceConfig());
  new Logger('Service').log(`Listening on port ${port}`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
