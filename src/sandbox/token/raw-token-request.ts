import type { FastifyRequest } from 'fastify';
import type { RawTokenRequest } from './token-request.js';

export function rawTokenRequest({ headers, body }: FastifyRequest): RawTokenRequest {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return {
    contentType: mediaType ?? null,
    authorization: headers.authorization,
    body: typeof body === 'string' ? body : '',
  };
}
