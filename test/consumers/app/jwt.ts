import { createHmac } from 'node:crypto';

export const JWT_SECRET = 'a-secret-of-the-partner-of-32-bytes!';

const encode = (text: string | Buffer) => Buffer.from(text).toString('base64url');

/** A token of a signed-in user (HS256). */
export function signJwt(lifetimeSeconds = 60): string {
  const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const parts = [JSON.stringify({ alg: 'HS256' }), JSON.stringify({ sub: 'alice', exp })];
  const signed = parts.map(encode).join('.');
  return `${signed}.${encode(createHmac('sha256', JWT_SECRET).update(signed).digest())}`;
}
