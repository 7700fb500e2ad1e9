import { setImmediate as turn } from 'node:timers/promises';
import type { PhoenixSandbox } from '../../src/sandbox/index.js';

export type Json = Record<string, unknown>;

/** The parameters of a correct token request, with some replaced or (undefined) left out. */
export function parameters(
  sandbox: PhoenixSandbox,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    grant_type: 'client_credentials',
    client_id: sandbox.clientId,
    client_secret: sandbox.clientSecret,
    ...changes,
  };
}

/** Posts a token request as JSON. */
export function postJson(
  sandbox: PhoenixSandbox,
  changes: Record<string, unknown> = {},
  init: RequestInit = {},
): Promise<Response> {
  return fetch(sandbox.tokenUrl, {
    method: 'POST',
    redirect: 'manual',
    body: JSON.stringify(parameters(sandbox, changes)),
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
  });
}

/** Posts a token request as a form. */
export function postForm(
  sandbox: PhoenixSandbox,
  body: string,
  authorization?: string,
): Promise<Response> {
  return fetch(sandbox.tokenUrl, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization === undefined ? {} : { authorization }),
    },
  });
}

/** RFC 6749 §2.3.1: both halves are form-urlencoded, then joined, then in base64. */
export function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

export async function json(response: Response | Promise<Response>): Promise<Json> {
  return (await (await response).json()) as Json;
}

/** Lets the event loop turn until something that happens elsewhere in this process is true. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('It never became true.');
    await turn();
  }
}
