import { once } from 'node:events';
import { createServer, type ClientRequest, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestRules } from './phoenix.http-service.js';

describe('A request for an https address', () => {
  it('is not sent where axios would send it to a proxy unencrypted', async () => {
    const { transport } = requestRules('https://phoenix.invalid/oauth/token') as {
      transport: { request: (options: RequestOptions, onReply: () => void) => ClientRequest };
    };
    let connections = 0;
    const proxy = createServer((_, response) => response.end());
    proxy.on('connection', () => (connections += 1));
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const { port } = proxy.address() as AddressInfo;

    const toProxy = {
      protocol: 'http:',
      host: '127.0.0.1',
      port,
      path: 'https://phoenix.invalid/',
    };
    const request = transport.request(toProxy, () => undefined);
    request.end('the secret');
    const [error] = (await once(request, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ERR_UNENCRYPTED_PROXY' });

    await fetch(`http://127.0.0.1:${port}`);
    expect(connections).toBe(1);
    proxy.closeAllConnections();
    proxy.close();
  });
});
