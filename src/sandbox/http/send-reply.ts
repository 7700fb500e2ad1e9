import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from './reply.js';

/** Sends a reply as its `delivery` demands. Resolves, when the request is over, with whether all was sent. */
export async function sendReply(
  { status, headers, body: text, delivery = 'whole', delayMs = 0, dateMs = Date.now() }: Reply,
  socket: Socket,
  response: ServerResponse,
): Promise<boolean> {
  if (delayMs > 0 && !(await waitWhileOpen(delayMs, socket))) return false;
  if (delivery === 'nothing') return closed(socket);
  if (delivery === 'reset') {
    socket.resetAndDestroy();
    return closed(socket);
  }

  const body = Buffer.from(text);
  if (dateMs === null) response.sendDate = false;
  else response.setHeader('Date', new Date(dateMs).toUTCString());
  // RFC 9110 §8.6: a 204 has no Content-Length.
  response.writeHead(
    status,
    status === 204 ? headers : { ...headers, 'Content-Length': body.length },
  );

  if (delivery === 'whole') {
    const sent = finished(response).then(
      () => true,
      () => false,
    );
    response.end(body);
    return sent;
  }
  const half = body.subarray(0, Math.floor(body.length / 2));
  response.write(half, () => {
    if (delivery === 'half-then-disconnect') socket.destroy();
  });
  return closed(socket);
}

/** Whether the client was still there after the wait, which by itself keeps no process alive. */
async function waitWhileOpen(delayMs: number, socket: Socket): Promise<boolean> {
  if (socket.destroyed) return false;
  const gone = new AbortController();
  const onClose = () => {
    gone.abort();
  };
  socket.once('close', onClose);
  try {
    await wait(delayMs, undefined, { signal: gone.signal, ref: false });
    return true;
  } catch {
    return false;
  } finally {
    socket.off('close', onClose);
  }
}

async function closed(socket: Socket): Promise<false> {
  if (!socket.closed) await once(socket, 'close').catch(() => undefined);
  return false;
}
