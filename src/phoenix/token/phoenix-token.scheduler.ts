import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import type { Subscription } from 'rxjs';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import type { CancelTimer, Clock } from './clock.js';
import { TokenEventLogger } from './token-event.logger.js';
import type { TokenKeeper } from './token-keeper.js';
import type { TokenLife } from './token-life.js';

export interface TokenSchedule {
  readonly registration: PhoenixRegistration;
  readonly refreshCron: string;
  readonly eager: boolean;
  readonly failFast: boolean;
}

/** The cron job renews nothing that is younger than this. */
const YOUNG_TOKEN_MS = 60_000;
/** The timer never spins, however short a token's life. */
const SHORTEST_WAIT_MS = 1_000;
/** A timer does not notice that the machine slept or the wall clock was set, so it looks again this often. */
const LONGEST_WAIT_MS = 60_000;

/** Sees to it that the token is renewed without anybody asking. */
export abstract class PhoenixTokenScheduler
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  #cancelTimer: CancelTimer | undefined;
  #stopped = false;
  readonly #subscription: Subscription;

  private readonly keeper: TokenKeeper;

  constructor(
    { keeper, sharing }: TokenLife,
    private readonly schedule: TokenSchedule,
    private readonly clock: Clock,
  ) {
    const logger = new TokenEventLogger(new Logger(schedule.registration.logContext));
    this.keeper = keeper;
    this.#subscription = keeper.events$.subscribe((event) => {
      logger.log(event);
      this.armTimer();
    });
    this.#subscription.add(
      sharing?.events$.subscribe((event) => {
        logger.log(event);
      }),
    );
  }

  /** Does not wait for the first token, unless the application shall not start without one. */
  async onApplicationBootstrap(): Promise<void> {
    // Another replica, or an early caller of the host's, may have brought one.
    if (this.keeper.peek() !== undefined) return;
    if (this.schedule.failFast) await this.keeper.renew('startup');
    else if (this.schedule.eager) this.keeper.renewInBackground('startup');
  }

  beforeApplicationShutdown(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#subscription.unsubscribe();
  }

  protected renewHourly(): void {
    if (this.#stopped) return;
    this.keeper.renewIfOlderThan(YOUNG_TOKEN_MS, 'cron');
  }

  private armTimer(): void {
    this.#cancelTimer?.();
    const dueMs = this.keeper.msUntilRenewal();
    const waitMs = Math.min(Math.max(dueMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
    this.#cancelTimer = this.clock.scheduleInBackground(() => {
      if (this.keeper.msUntilRenewal() <= 0) this.keeper.renewInBackground('timer');
      this.armTimer();
    }, waitMs);
  }
}

/**
 * A scheduler whose cron expression and job name come from the options: the decorator
 * is applied when they are known, so the order of the modules does not matter.
 */
export function createTokenScheduler(
  life: TokenLife,
  schedule: TokenSchedule,
  clock: Clock,
): PhoenixTokenScheduler {
  class CronTokenScheduler extends PhoenixTokenScheduler {
    @Cron(schedule.refreshCron, {
      name: schedule.registration.cronJobName,
      unrefTimeout: true,
      waitForCompletion: true,
    })
    refreshHourly(): void {
      this.renewHourly();
    }
  }
  return new CronTokenScheduler(life, schedule, clock);
}
