// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:http';
import { announce } from '../processes.mjs';
import { isAdmitted } from './api-key.mjs';
import { HEADERS, tokenReply } from './token-reply.mjs';

const server = createServer((request, response) => {
  if (request.method !== 'GET' || request.url !== '/phoenix/token') {
    response.writeHead(404).end();
    return;
  }
  if (!isAdmitted(request.headers)) {
    response.writeHead(401).end();
    return;
  }
  const body = JSON.stringify(tokenReply());
  response
    .writeHead(200, {
      ...HEADERS,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
announce(`http://127.0.0.1:${port}`);
