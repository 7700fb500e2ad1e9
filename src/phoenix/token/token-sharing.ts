import { Subject, type Observable } from 'rxjs';
import type { AccessToken } from './access-token.js';
import type { CancelTimer, Clock } from './clock.js';
import type { SharedRenewal } from './shared-renewal.js';
import type { SharedSight, SharedView } from './shared-view.js';
import type { TokenSharingEvent } from './token-events.js';
import type { TokenKeeper } from './token-keeper.js';
import { usableMsOf, type TokenPolicy } from './token-policy.js';
import type { SharingStatus } from './token-status.js';
import type { SharedRecord, StoreNews } from './token-store.js';

/** Enough to publish a token that is at hand already. */
const SHORT_LEASE_MS = 2_000;

/** News may get lost without a sign, so this replica looks for itself this often. */
const LOOK_INTERVAL_MS = 60_000;

/** Keeps this replica's token in step with what the others share. */
export class TokenSharing {
  readonly #events = new Subject<TokenSharingEvent>();
  #available: boolean | undefined;
  #rejectedRecords = 0;
  /** Shared by us since the store is there. Once is enough: two replicas may each see its own token live longer. */
  #sharedFingerprint: string | undefined;
  #cancelRetry: CancelTimer | undefined;
  #cancelNextLook: CancelTimer | undefined;
  #unreadable: string | undefined;

  constructor(
    private readonly keeper: TokenKeeper,
    private readonly record: SharedRecord,
    private readonly view: SharedView,
    private readonly news$: Observable<StoreNews>,
    private readonly renewal: Pick<SharedRenewal, 'sightings$' | 'ended'>,
    private readonly policy: TokenPolicy,
    private readonly clock: Clock,
  ) {}

  get events$(): Observable<TokenSharingEvent> {
    return this.#events;
  }

  start(): void {
    this.news$.subscribe((news) => {
      this.#inBackground(this.#hear(news));
    });
    this.renewal.sightings$.subscribe((sight) => {
      this.#take(sight);
    });
    this.keeper.events$.subscribe((event) => {
      if (event.type !== 'invalidated' || event.shared) return;
      this.#inBackground(this.view.reject(event.fingerprint));
    });
    this.#lookLater();
  }

  status(): SharingStatus {
    return { available: this.#available === true, rejectedRecords: this.#rejectedRecords };
  }

  async close(): Promise<void> {
    this.#events.complete();
    this.#cancelRetry?.();
    this.#cancelNextLook?.();
    await this.renewal.ended();
    await this.record.close();
  }

  async #hear(news: StoreNews): Promise<void> {
    switch (news.type) {
      case 'token_published':
        await this.#reconcile();
        break;
      case 'token_rejected':
        this.view.rejectedElsewhere(news.fingerprint);
        this.keeper.dropRejected(news.fingerprint);
        break;
      case 'record_rejected':
        this.#rejectedRecords++;
        if (news.reason === this.#unreadable) break;
        this.#unreadable = news.reason;
        this.#events.next({ type: 'shared_record_rejected', reason: news.reason });
        break;
      case 'unavailable':
        this.#setAvailable(false, news.reason);
        break;
      case 'available':
        this.#setAvailable(true);
        await this.#resync();
        break;
      case 'renewal_ended':
        break;
    }
  }

  /** After a time without the store: tell what was not told, learn what was missed, share what we have. */
  async #resync(): Promise<void> {
    this.#sharedFingerprint = undefined;
    await this.view.tellRejections();
    await this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    const { token } = await this.#reconcile();
    if (token === undefined) await this.#shareHeld();
  }

  /** Takes the shared token if it is the better one, and shares ours if that is. */
  async #reconcile(): Promise<SharedSight> {
    const sight = await this.view.look();
    this.#take(sight);
    const { token } = sight;
    if (token !== undefined && surpasses(this.keeper.held, token)) await this.#shareHeld();
    return sight;
  }

  /** Leaves the token at hand if it was rejected while we were not listening, and adopts a better one. */
  #take({ token, failure, rejected }: SharedSight): void {
    for (const fingerprint of rejected) this.keeper.dropRejected(fingerprint);
    if (token === undefined) return;
    this.#unreadable = undefined;
    this.keeper.adopt(token, failure === undefined);
  }

  async #shareHeld(): Promise<void> {
    const { held } = this.keeper;
    if (held === undefined || held.fingerprint === this.#sharedFingerprint) return;
    if (usableMsOf(held, this.policy) <= 0) return;
    const lease = await this.record.acquire(SHORT_LEASE_MS);
    if (lease === undefined) {
      this.#catchUpLater();
      return;
    }
    // Between our look and our lease, ours may have gone, or a better one may have been shared.
    const { token, rejected } = await this.view.look();
    const wanted = token === undefined || surpasses(held, token);
    if (!wanted || this.keeper.held !== held || rejected.includes(held.fingerprint)) {
      await lease.release();
      return;
    }
    this.#sharedFingerprint = held.fingerprint;
    await lease.publish(held, usableMsOf(held, this.policy), false);
  }

  /** Whoever holds the lease may end without a token, or without a word. */
  #catchUpLater(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.clock.scheduleInBackground(() => {
      this.#inBackground(this.#catchUp());
    }, SHORT_LEASE_MS);
  }

  #lookLater(): void {
    this.#cancelNextLook = this.clock.scheduleInBackground(() => {
      this.#inBackground(this.#reconcile());
      this.#lookLater();
    }, LOOK_INTERVAL_MS);
  }

  #setAvailable(available: boolean, reason = ''): void {
    if (available === this.#available) return;
    const first = this.#available === undefined;
    this.#available = available;
    if (!available) this.#events.next({ type: 'store_unavailable', reason });
    else if (!first) this.#events.next({ type: 'store_available' });
  }

  /** What fails because the store is away is made up for when it is back. */
  #inBackground(work: Promise<unknown>): void {
    work.catch(() => undefined);
  }
}

/** A younger token that lives shorter is not to be undone: somebody asked for it. */
function surpasses(held: AccessToken | undefined, shared: AccessToken): boolean {
  return held !== undefined && held.outlives(shared) && held.ageMs() < shared.ageMs();
}
