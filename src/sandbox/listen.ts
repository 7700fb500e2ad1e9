import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { explainListenFailure, type ListenAddress } from '../listen-failure.js';

const SETTINGS = {
  port: 'the option "port" (PORT for npm run sandbox)',
  host: 'the option "host" (HOST for npm run sandbox)',
};

/** Begins to listen, or fails with a sentence that names cause and remedy. */
export async function listen(app: NestFastifyApplication, address: ListenAddress): Promise<void> {
  takeBodiesAsText(app);
  try {
    await app.listen(address.port, address.host);
  } catch (error) {
    await app.close();
    const explanation = explainListenFailure(error, address, SETTINGS);
    throw explanation === undefined ? error : new Error(explanation);
  }
}

/** The origin clients on this machine can use. */
export function originOf(app: NestFastifyApplication, host: string): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Bodies reach the controllers as text, so that each endpoint can answer a malformed one its own way. */
function takeBodiesAsText(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
}
