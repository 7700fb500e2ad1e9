// The service with the limits in the variable LIMITS, in place of its own.
import { createApp } from '../../dist/create-app.js';

const app = await createApp({ limits: JSON.parse(process.env.LIMITS), ignoreEnvFile: true });
await app.listen(0, '127.0.0.1');
console.log(`"Listening on port ${app.getHttpServer().address().port}"`);
