import type { AddressInfo } from 'node:net';
import { types } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Begins to listen, or fails with a sentence that names cause and remedy. */
export async function listen(
  app: NestFastifyApplication,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<void> {
  takeBodiesAsText(app);
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    throw explain(error, port, host);
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

function explain(error: unknown, port: number, host: string): Error {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  const another = 'Choose another one (option "port", or PORT for npm run sandbox)';
  switch (code) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} on ${host} is in use. ${another}, or stop the program that holds it.`,
      );
    case 'EACCES':
      return new Error(`Port ${port} on ${host} may not be opened by this user. ${another}.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(
        `${host} is not an address of this machine. Choose another (option "host", or HOST for npm run sandbox).`,
      );
    default:
      return types.isNativeError(error) ? error : new Error(String(error));
  }
}
