import { EventEmitter, once } from 'node:events';
import type { LastTokenRequest, SandboxStats } from './sandbox-stats.js';

/** How a token request ended. */
export interface TokenRequestEnd {
  /** Null when no complete reply was sent. */
  readonly status: number | null;
  readonly carriedToken: boolean;
}

const noCounts = () => ({
  tokenRequests: {
    total: 0,
    succeeded: 0,
    failed: 0,
    pending: 0,
    byStatus: {} as Record<string, number>,
  },
  tokensIssued: 0,
  iframePages: { shown: 0, refused: 0 },
  redirectTargetHits: 0,
  lastTokenRequest: null as LastTokenRequest | null,
});

/** Counts what arrives. */
export class Stats {
  readonly #arrivals = new EventEmitter().setMaxListeners(0);
  /** Token requests since the start; a reset does not touch it. */
  #arrived = 0;
  #counts = noCounts();

  /** Counts a token request; the function returned counts its end. */
  tokenRequest(request: LastTokenRequest): (end: TokenRequestEnd) => void {
    // Kept, so that the end of a request from before a reset does not spoil the new counts.
    const counts = this.#counts;
    const { tokenRequests } = counts;
    counts.lastTokenRequest = request;
    tokenRequests.total++;
    tokenRequests.pending++;
    this.#arrived++;
    this.#arrivals.emit('token request');
    return ({ status, carriedToken }) => {
      tokenRequests.pending--;
      tokenRequests[carriedToken ? 'succeeded' : 'failed']++;
      if (status === null) return;
      tokenRequests.byStatus[status] = (tokenRequests.byStatus[status] ?? 0) + 1;
    };
  }

  /** @throws Error when {@link close} comes first */
  tokenRequestArrived(count?: number): Promise<void> {
    const missing = count === undefined ? 1 : count - this.#counts.tokenRequests.total;
    const arrived = this.#waitUntil(this.#arrived + missing);
    // A test that ended without awaiting must not crash the process when the sandbox closes.
    arrived.catch(() => undefined);
    return arrived;
  }

  tokenIssued(): void {
    this.#counts.tokensIssued++;
  }

  iframePage(outcome: 'shown' | 'refused'): void {
    this.#counts.iframePages[outcome]++;
  }

  redirectTargetHit(): void {
    this.#counts.redirectTargetHits++;
  }

  snapshot(): SandboxStats {
    return structuredClone(this.#counts);
  }

  reset(): void {
    this.#counts = noCounts();
  }

  /** Ends all waits for token requests. */
  close(): void {
    if (this.#arrivals.listenerCount('error') === 0) return;
    this.#arrivals.emit(
      'error',
      new Error('The sandbox was closed before the token requests that were waited for arrived.'),
    );
  }

  async #waitUntil(arrived: number): Promise<void> {
    while (this.#arrived < arrived) await once(this.#arrivals, 'token request');
  }
}
