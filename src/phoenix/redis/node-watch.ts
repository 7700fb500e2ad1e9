import { reasonOf } from './redis-reply.js';

/** What a node says that cannot be written: a replica, or one that still loads its data. */
const UNWRITABLE: ReadonlySet<string> = new Set(['READONLY', 'LOADING', 'MASTERDOWN']);

/** While the address still leads to the old node, connecting anew does not help more often. */
const LEAVE_INTERVAL_MS = 1_000;

export function isUnwritable(reason: string): boolean {
  return UNWRITABLE.has(reason);
}

/**
 * A fail-over may keep the connections to the old primary open. All clients of one Redis leave the node
 * together once one of them finds that it cannot be written, and connect anew: to where its address
 * leads now.
 */
export class NodeWatch {
  readonly #clients = new Set<() => void>();
  #leftAtMs = -Infinity;
  #leaving = false;

  /** @param leave connects anew; called until the returned function is */
  join(leave: () => void): () => void {
    this.#clients.add(leave);
    return () => {
      this.#clients.delete(leave);
    };
  }

  /** Looks at an error that Redis answered with. */
  inspect(error: unknown): void {
    if (!isUnwritable(reasonOf(error))) return;
    const nowMs = performance.now();
    if (nowMs - this.#leftAtMs < LEAVE_INTERVAL_MS) return;
    this.#leftAtMs = nowMs;
    this.#leaving = true;
    for (const leave of this.#clients) leave();
  }

  /**
   * A node was found that can be written. Others may have connected anew a moment before the address
   * led there, and would stay with the old one, so they connect once more.
   *
   * @param arrived what the client that found it joined with
   * @returns whether it had been looked for
   */
  arrive(arrived: () => void): boolean {
    if (!this.#leaving) return false;
    this.#leaving = false;
    for (const leave of this.#clients) if (leave !== arrived) leave();
    return true;
  }
}
