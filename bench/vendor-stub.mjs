// @ts-check
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

export const LIFETIME_SECONDS = 3600;

/** A token as the vendor documents it: a JWT, of an hour unless told otherwise. */
export function issueToken(lifetimeSeconds = LIFETIME_SECONDS) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    partner: { client_id: '2SERtJ2DPnkkTQbvnqyS5y' },
    scope: ['iframe'],
    version: '1',
    iat,
    exp: iat + lifetimeSeconds,
    jti: randomUUID(),
  };
  const body = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${body}.${createHmac('sha256', 'bench').update(body).digest('base64url')}`;
}

/** The vendor's token endpoint without any delay, and a count of requests by client. */
export async function startVendorStub() {
  /** @type {Map<string, number>} */
  const requests = new Map();
  let lifetimeSeconds = LIFETIME_SECONDS;
  const server = createServer(async (request, response) => {
    const { client_id: clientId } = /** @type {{ client_id: string }} */ (await json(request));
    requests.set(clientId, (requests.get(clientId) ?? 0) + 1);
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        access_token: issueToken(lifetimeSeconds),
        token_type: 'Bearer',
        expires_in: lifetimeSeconds,
        scope: ['iframe'],
      }),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    tokenUrl: `http://127.0.0.1:${port}/oauth/token`,
    /** @param {string} clientId */
    requestsOf: (clientId) => requests.get(clientId) ?? 0,
    /** @param {number} seconds the life of the tokens from now on */
    setLifetime: (seconds) => {
      lifetimeSeconds = seconds;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
