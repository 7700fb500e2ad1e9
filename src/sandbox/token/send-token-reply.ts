import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { TokenReply } from './token-reply.js';

/** When a reply is sent. */
export interface ReplyTiming {
  readonly delayMs: number;
  /** Value of the `Date` header in milliseconds since the epoch; null to leave it out. */
  readonly dateMs: number | null;
}

/** Sends a reply as its `delivery` demands. Resolves, when the request is over, with whether all was sent. */
export async function sendTokenReply(
  reply: TokenReply,
  { delayMs, dateMs }: ReplyTiming,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { socket } = request;
  if (delayMs > 0 && !(await waitWhileOpen(delayMs, socket))) return false;
  if (reply.delivery === 'nothing') return closed(socket);
  if (reply.delivery === 'reset') {
    socket.resetAndDestroy();
    return closed(socket);
  }

  const body = Buffer.from(reply.body);
  if (dateMs === null) response.sendDate = false;
  else response.setHeader('Date', new Date(dateMs).toUTCString());
  response.writeHead(reply.status, { ...reply.headers, 'Content-Length': body.length });

  if (reply.delivery === 'whole') {
    const sent = finished(response).then(
      () => true,
      () => false,
    );
    response.end(body);
    return sent;
  }
  const half = body.subarray(0, Math.floor(body.length / 2));
  response.write(half, () => {
    if (reply.delivery === 'half-then-disconnect') socket.destroy();
  });
  return closed(socket);
}

/** Whether the client was still there after the wait. */
async function waitWhileOpen(delayMs: number, socket: Socket): Promise<boolean> {
  if (socket.destroyed) return false;
  const gone = new AbortController();
  const onClose = () => {
    gone.abort();
  };
  socket.once('close', onClose);
  try {
    await wait(delayMs, undefined, { signal: gone.signal });
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
