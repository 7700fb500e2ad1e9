// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const executable = process.env.REDIS_SERVER_PATH ?? 'redis-server';

/**
 * A Redis server with nothing on disk.
 *
 * @returns {Promise<{ url: string, close: () => void } | undefined>} undefined without an executable
 */
export async function startRedis() {
  if (spawnSync(executable, ['--version']).status !== 0) return undefined;
  const port = await freePort();
  const child = spawn(executable, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of child.stdout.setEncoding('utf8')) {
    if (String(text).includes('Ready to accept connections')) break;
  }
  return { url: `redis://127.0.0.1:${port}`, close: () => child.kill('SIGKILL') };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
