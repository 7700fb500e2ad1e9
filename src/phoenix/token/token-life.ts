import { Subject } from 'rxjs';
import type { PhoenixSettings } from '../phoenix.settings.js';
import type { Clock, Random } from './clock.js';
import { SharedRenewal } from './shared-renewal.js';
import { SharedView } from './shared-view.js';
import type { TokenIssuer } from './token-endpoint.js';
import { TokenKeeper } from './token-keeper.js';
import type { TokenPolicy } from './token-policy.js';
import { TokenRenewal } from './token-renewal.js';
import { TokenSharing } from './token-sharing.js';
import type { PhoenixTokenStore, StoreNews } from './token-store.js';

/** What keeps the token alive, alone or together with other replicas. */
export interface TokenLife {
  readonly keeper: TokenKeeper;
  readonly sharing?: TokenSharing;
}

type LifeSettings = Omit<PhoenixSettings, 'store'>;

/** Puts the parts together. */
export function createTokenLife(
  issuer: TokenIssuer,
  { store, ...settings }: PhoenixSettings,
  clock: Clock,
  random: Random,
): TokenLife {
  const policy = {
    refreshAheadMs: settings.refreshAheadSeconds * 1000,
    expirySkewMs: settings.expirySkewSeconds * 1000,
    minRemainingMs: settings.minRemainingSeconds * 1000,
  };
  const renewal = new TokenRenewal(issuer, settings.readClientSecret, settings, clock, random);
  return store === undefined
    ? { keeper: new TokenKeeper(renewal, policy, clock, random) }
    : createSharedLife(store, renewal, settings, policy, clock, random);
}

function createSharedLife(
  store: PhoenixTokenStore,
  renewal: TokenRenewal,
  settings: LifeSettings,
  policy: TokenPolicy,
  clock: Clock,
  random: Random,
): TokenLife {
  const news$ = new Subject<StoreNews>();
  // A store may have news before everybody is there to hear it.
  const record = store.open(settings, (news) => {
    queueMicrotask(() => {
      news$.next(news);
    });
  });
  const view = new SharedView(record, clock);
  const shared = new SharedRenewal(renewal, record, view, news$, policy, settings, clock, random);
  const keeper = new TokenKeeper(shared, policy, clock, random);
  const sharing = new TokenSharing(keeper, record, view, news$, shared, policy, clock);
  sharing.start();
  return { keeper, sharing };
}
