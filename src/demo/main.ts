import 'reflect-metadata';
import { explain } from '../service/startup-error.js';
import { startDemo, type Demo } from './demo.js';

const DEFAULT_PORT = 3000;
const DEFAULT_SANDBOX_PORT = 4000;

try {
  const demo = await startDemo({
    port: portFrom('PORT', DEFAULT_PORT),
    sandboxPort: portFrom('SANDBOX_PORT', DEFAULT_SANDBOX_PORT),
  });
  process.stdout.write(banner(demo));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void demo.sandbox.close());
  }
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

function portFrom(variable: string, fallback: number): number {
  const text = process.env[variable]?.trim() ?? '';
  if (text === '') return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  process.stderr.write(`${variable} is not a port. Give a number from 0 to 65535.\n`);
  process.exit(1);
}

function banner({ url, apiKey, sandbox }: Demo): string {
  return `
The Phoenix demo is running: a shop, the token service, and a sandbox in place of Phoenix.

  Open the shop      ${url}/
  Try the API        ${url}/docs   (Authorize with the key ${apiKey})
  Or on the command line:
    curl -H 'X-API-Key: ${apiKey}' ${url}/phoenix/token

  Let Phoenix fail, watch the shop go on, and mend it again:
    curl -X POST ${sandbox.origin}/sandbox/faults -H 'Content-Type: application/json' -d '{"kind":"status","status":503}'
    curl -X DELETE ${sandbox.origin}/sandbox/faults

  Press Pay in the shop, and let the payment fail (or fulfilled, cancelled, expired):
    curl -X POST ${sandbox.origin}/sandbox/payments -H 'Content-Type: application/json' -d '{"outcome":"failed"}'

  Stop with Ctrl+C.

`;
}
