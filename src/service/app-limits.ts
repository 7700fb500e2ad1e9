/** Times that the service bounds, in milliseconds. */
export interface AppLimits {
  /** Longest time for a request to arrive, since one that never ends would hold its socket for good. */
  readonly requestTimeoutMs: number;
  /** How long a shutdown lets requests under way go on. */
  readonly shutdownGraceMs: number;
}

export const DEFAULT_LIMITS: AppLimits = { requestTimeoutMs: 10_000, shutdownGraceMs: 10_000 };
