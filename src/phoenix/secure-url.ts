import { z } from 'zod';

/** An absolute URL that carries secrets: https, or http on this very machine. */
export const secureUrl = z
  .string()
  .refine((text) => URL.canParse(text), { error: 'is not an absolute URL', abort: true })
  .refine((text) => isSecure(new URL(text)), 'is neither https nor on a loopback address')
  .refine((text) => !hasUserInfo(new URL(text)), 'must not hold credentials')
  // Parsers of URLs forgive different slips; this way all that follow see the same.
  .transform((text) => new URL(text).href);

/** The origin of an absolute URL, or undefined when there is none. */
export function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  return origin === 'null' ? undefined : origin;
}

/** Whether an absolute URL leads to this very machine. */
export function isOnLoopback(url: string): boolean {
  return isLoopback(new URL(url).hostname);
}

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function hasUserInfo({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
