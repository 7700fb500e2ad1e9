import { Arrivals } from './arrivals.js';
import type { LastTokenRequest, SandboxStats } from './sandbox-stats.js';

/** How a token request ended. */
export interface TokenRequestEnd {
  /** Null when no complete reply was sent. */
  readonly status: number | null;
  readonly carriedToken: boolean;
}

interface Counts {
  total: number;
  succeeded: number;
  failed: number;
  readonly byStatus: Record<string, number>;
  tokensIssued: number;
  pagesShown: number;
  pagesRefused: number;
  redirectTargetHits: number;
  lastTokenRequest: LastTokenRequest | null;
}

const noCounts = (): Counts => ({
  total: 0,
  succeeded: 0,
  failed: 0,
  byStatus: {},
  tokensIssued: 0,
  pagesShown: 0,
  pagesRefused: 0,
  redirectTargetHits: 0,
  lastTokenRequest: null,
});

/** Counts what arrives. */
export class Stats {
  readonly #arrivals = new Arrivals();
  #counts = noCounts();

  /** Counts a token request; the function returned counts its end. */
  tokenRequest(request: LastTokenRequest): (end: TokenRequestEnd) => void {
    // Kept, so that the end of a request from before a reset does not spoil the new counts.
    const counts = this.#counts;
    counts.total++;
    counts.lastTokenRequest = request;
    this.#arrivals.happened();
    return ({ status, carriedToken }) => {
      counts[carriedToken ? 'succeeded' : 'failed']++;
      if (status !== null) counts.byStatus[status] = (counts.byStatus[status] ?? 0) + 1;
    };
  }

  tokenRequestArrived(count?: number): Promise<void> {
    return this.#arrivals.wait(count === undefined ? 1 : count - this.#counts.total);
  }

  tokenIssued(): void {
    this.#counts.tokensIssued++;
  }

  iframePage(outcome: 'shown' | 'refused'): void {
    this.#counts[outcome === 'shown' ? 'pagesShown' : 'pagesRefused']++;
  }

  redirectTargetHit(): void {
    this.#counts.redirectTargetHits++;
  }

  snapshot(): SandboxStats {
    const { total, succeeded, failed, byStatus, ...rest } = this.#counts;
    return {
      tokenRequests: {
        total,
        succeeded,
        failed,
        pending: total - succeeded - failed,
        byStatus: { ...byStatus },
      },
      tokensIssued: rest.tokensIssued,
      iframePages: { shown: rest.pagesShown, refused: rest.pagesRefused },
      redirectTargetHits: rest.redirectTargetHits,
      lastTokenRequest: rest.lastTokenRequest,
    };
  }

  reset(): void {
    this.#counts = noCounts();
  }

  /** Ends the waits of {@link tokenRequestArrived}. */
  close(): void {
    this.#arrivals.end(
      new Error('The sandbox was closed before the token requests that were waited for arrived.'),
    );
  }
}
