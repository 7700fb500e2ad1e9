// @ts-check
import { fastify } from 'fastify';
import { announce } from '../processes.mjs';
import { isAdmitted } from './api-key.mjs';
import { HEADERS, tokenReply } from './token-reply.mjs';

const app = fastify();
app.get('/phoenix/token', async (request, reply) => {
  if (!isAdmitted(request.headers)) return reply.code(401).send();
  reply.headers(HEADERS);
  return tokenReply();
});
announce(await app.listen({ port: 0, host: '127.0.0.1' }));
