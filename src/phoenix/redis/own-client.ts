import type { Redis } from 'ioredis';

/** Settings of every connection that is ours, rather than the host's. */
export const OWN_CLIENT_OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  /** How long an orderly end may take before the connection is cut. */
  disconnectTimeout: 200,
  /** Idle connections are probed this often, lest a firewall forgets them without a word. */
  keepAlive: 30_000,
} as const;

/**
 * Makes a client one that neither keeps the process alive (whoever waits for a reply does) nor
 * waits for ever for a server that accepts the connection and says nothing: ioredis bounds the time
 * until then, and not the login after it.
 */
export function tend(client: Redis, loginTimeoutMs: number): void {
  let giveUp: NodeJS.Timeout | undefined;
  const loginEnded = (): void => {
    clearTimeout(giveUp);
  };
  client
    .on('connect', () => {
      unrefSocketOf(client);
      giveUp = setTimeout(() => {
        client.disconnect(true);
      }, loginTimeoutMs).unref();
    })
    .on('ready', loginEnded)
    .on('close', loginEnded);
}

/** A connector of the host's own may have no socket. */
function unrefSocketOf(client: Redis): void {
  const { stream } = client as unknown as { stream?: { unref?: () => void } };
  stream?.unref?.();
}
