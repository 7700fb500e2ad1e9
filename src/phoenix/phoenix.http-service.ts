import * as http from 'node:http';
import * as https from 'node:https';
import { Socket } from 'node:net';
import { HttpService } from '@nestjs/axios';
import type { Provider } from '@nestjs/common';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { PHOENIX_HTTP } from './phoenix.tokens.js';

/**
 * An HTTP client that the host's own has no part in. `HttpModule.register` would not do: a new
 * instance of axios copies the defaults of the global one, so that a host's `Authorization`
 * would travel to the vendor, or its `baseURL` send the client secret elsewhere.
 */
export const phoenixHttpService: Provider = {
  provide: PHOENIX_HTTP,
  useFactory: () => new HttpService(withoutDefaults(axios.create())),
};

function withoutDefaults(instance: AxiosInstance): AxiosInstance {
  const { defaults } = instance;
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  return instance;
}

/**
 * Sets headers on the request instead of among its options, which `NODE_DEBUG=http` prints, and with
 * them the credentials of `clientAuthentication: 'basic'`.
 *
 * @param client looked into at each request, because instrumentations replace its function
 */
function secretive(client: typeof http | typeof https): { readonly request: typeof http.request } {
  const request = (
    { headers, ...options }: http.RequestOptions,
    onReply: (reply: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    if (client === https && options.protocol === 'http:') return refused(options);
    const opened = client.request(options, onReply);
    for (const [name, value] of Object.entries((headers ?? {}) as http.OutgoingHttpHeaders)) {
      if (value !== undefined) opened.setHeader(name, value);
    }
    return opened;
  };
  return { request: request as typeof http.request };
}

/**
 * Before 1.16.1, axios has no tunnel to https addresses through a proxy: it would send the request,
 * with the secret, to the proxy in plain http. So nothing is sent, and no connection made.
 */
function refused(options: http.RequestOptions): http.ClientRequest {
  const request = http.request({ ...options, createConnection: () => new Socket() });
  const error = new Error('The proxy would get the request unencrypted. Update axios.');
  return request.destroy(Object.assign(error, { code: 'ERR_UNENCRYPTED_PROXY' }));
}

const SECRETIVE_HTTP = secretive(http);
const SECRETIVE_HTTPS = secretive(https);

/** What all requests of the module have in common: no redirects, no parsing, no verdict by status. */
export function requestRules(url: string): AxiosRequestConfig {
  const isPlain = new URL(url).protocol === 'http:';
  return {
    adapter: 'http',
    transport: isPlain ? SECRETIVE_HTTP : SECRETIVE_HTTPS,
    // Plain http stays on this machine; a proxy would read the secret.
    ...(isPlain && { proxy: false }),
    maxRedirects: 0,
    responseType: 'stream',
    transformRequest: [],
    transformResponse: [],
    validateStatus: null,
  };
}

/**
 * Reads the body of a reply as text, and ends the connection where it is too large.
 *
 * @returns undefined when it is larger than `maxBytes`, decompressed
 */
export async function textWithin(
  maxBytes: number,
  reply: AsyncIterable<Buffer>,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
