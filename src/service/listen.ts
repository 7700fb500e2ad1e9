import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { explainListenFailure, type ListenAddress } from '../listen-failure.js';
import { StartupError } from './startup-error.js';

/**
 * Begins to listen.
 *
 * @returns the port, which is another one than the given if that is 0
 * @throws {StartupError} that names the variable, what is wrong with it, and the remedy
 */
export async function listen(app: NestFastifyApplication, address: ListenAddress): Promise<number> {
  try {
    await app.listen(address.port, address.host);
  } catch (error) {
    const explanation = explainListenFailure(error, address, { port: 'PORT', host: 'HOST' });
    throw explanation === undefined ? error : new StartupError(explanation);
  }
  return (app.getHttpServer().address() as AddressInfo).port;
}
