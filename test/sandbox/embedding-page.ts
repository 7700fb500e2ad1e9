import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A shop on an origin of its own, which embeds a page and keeps the messages it receives. */
export interface EmbeddingPage {
  readonly origin: string;
  /** The shop's address for an iframe URL; `referrerPolicy` is the shop's own. */
  readonly urlFor: (iframeUrl: string, referrerPolicy?: string) => string;
  readonly close: () => void;
}

export async function serveEmbeddingPage(): Promise<EmbeddingPage> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://shop').searchParams;
    const src = (query.get('src') ?? '').replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': query.get('policy') ?? 'strict-origin-when-cross-origin',
    });
    response.end(`<!doctype html><html lang="en"><title>Shop</title>
<script>
  window.messages = [];
  addEventListener('message', ({ origin, data }) => messages.push({ origin, data }));
</script>
<iframe title="Checkout" src="${src}" width="350" height="600" allow="clipboard-write" style="border: 0"></iframe>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    urlFor: (iframeUrl, referrerPolicy) =>
      `${origin}/?${new URLSearchParams({
        src: iframeUrl,
        ...(referrerPolicy === undefined ? {} : { policy: referrerPolicy }),
      }).toString()}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
