import { PhoenixError } from '../../src/phoenix/phoenix-error.js';
import { PhoenixRegistration } from '../../src/phoenix/phoenix.registration.js';
import type { AccessToken } from '../../src/phoenix/token/access-token.js';
import { PhoenixTokenScheduler } from '../../src/phoenix/token/phoenix-token.scheduler.js';
import { PhoenixTokenService } from '../../src/phoenix/token/phoenix-token.service.js';
import type { Random } from '../../src/phoenix/token/clock.js';
import { DEFAULT_LIMITS, DEFAULT_POLICY, keeperOf } from './keeper.js';
import { between, oneOf, prng } from './prng.js';
import { RandomVendor } from './random-vendor.js';
import { requestBound } from './request-bound.js';
import { HOUR, MINUTE, SECOND } from './scripted-issuer.js';
import { SimulatedClock } from './simulated-clock.js';
import { lifePeriodsOf, troublesOf, type LifePeriod, type Trouble } from './timeline.js';

const DAY = 24 * HOUR;
const LONGEST_WAIT_MS = 2 * DEFAULT_LIMITS.acquireTimeoutMs;
/** A request that a suspension cut in two counts as failed, and so does a second rejection in a row. */
const RECOVERY_MS = 30 * SECOND + DEFAULT_LIMITS.acquireTimeoutMs;

class DrivenScheduler extends PhoenixTokenScheduler {
  fireCron(): void {
    this.renewHourly();
  }
}

export interface Report {
  /** Every broken promise, with day and time. */
  readonly violations: readonly string[];
  readonly handOuts: number;
  readonly refusals: number;
  /** Hand-outs right when the time to recover from a trouble was up, and no token that is due for renewal for want of a success. */
  readonly recoveries: number;
  readonly troubles: number;
  readonly requests: number;
  readonly requestBound: number;
  /** Timers that were left pending after shutdown. */
  readonly pendingTimers: number;
  readonly requestsAfterShutdown: number;
}

/** A month in the life of one token service, its vendor, its clock and its callers. */
export class ThirtyDays {
  readonly #durationMs = 30 * DAY;
  readonly #clock = new SimulatedClock();
  readonly #random: Random;
  readonly #troubles: readonly Trouble[];
  readonly #lives: readonly LifePeriod[];
  readonly #vendor: RandomVendor;
  readonly #service: PhoenixTokenService;
  readonly #scheduler: DrivenScheduler;
  readonly #violations: string[] = [];
  readonly #rejectable: string[] = [];
  #cancelCron: () => void = () => undefined;
  #cronRuns = 0;
  #clockDisturbances = 0;
  #disturbedAtMs = -Infinity;
  #rejections = 0;
  #rejectedAtMs = -Infinity;
  #handOuts = 0;
  #refusals = 0;
  #recoveries = 0;

  constructor(seed: number) {
    this.#random = prng(seed);
    this.#troubles = troublesOf(this.#random, this.#durationMs);
    this.#lives = lifePeriodsOf(this.#random, this.#durationMs + DAY);
    this.#vendor = new RandomVendor(this.#clock, this.#random, this.#troubles, this.#lives);
    const parts = { issuer: this.#vendor, clock: this.#clock, random: this.#random };
    const keeper = keeperOf(parts);
    this.#service = new PhoenixTokenService({ keeper });
    this.#scheduler = new DrivenScheduler(
      { keeper },
      {
        registration: new PhoenixRegistration(),
        refreshCron: '0 * * * *',
        eager: true,
        failFast: false,
      },
      this.#clock,
    );
  }

  async run(): Promise<Report> {
    await this.#scheduler.onApplicationBootstrap();
    this.#scheduleCron();
    this.#scheduleClockDisturbances();
    this.#scheduleRecoveryChecks();
    while (this.#clock.monotonicMs() < this.#durationMs) {
      await this.#clock.advance(this.#untilNextCallers());
      this.#letCallersCome();
      if (this.#random() < 0.005) this.#reject();
    }
    await this.#shutDown();
    const requests = this.#vendor.requests;
    await this.#clock.advance(DAY);
    return {
      violations: [...this.#violations, ...this.#vendor.complaints],
      handOuts: this.#handOuts,
      refusals: this.#refusals,
      recoveries: this.#recoveries,
      troubles: this.#troubles.filter((trouble) => this.#endsInTime(trouble)).length,
      requests,
      requestBound: requestBound({
        lives: this.#lives,
        troubles: this.#troubles,
        cronRuns: this.#cronRuns,
        clockDisturbances: this.#clockDisturbances,
        rejections: this.#rejections,
        reissues: this.#vendor.reissues,
        limits: DEFAULT_LIMITS,
      }),
      pendingTimers: this.#clock.pendingTimers,
      requestsAfterShutdown: this.#vendor.requests - requests,
    };
  }

  #untilNextCallers(): number {
    return Math.ceil(-Math.log(1 - this.#random()) * 5 * MINUTE);
  }

  #letCallersCome(): void {
    const callers = this.#random() < 0.1 ? between(this.#random, 2, 30) : 1;
    for (let caller = 0; caller < callers; caller++) this.#call();
  }

  #call(): void {
    const calledAtMs = this.#clock.monotonicMs();
    this.#service.getToken().then(
      (token) => {
        this.#inspect(token);
        this.#inspectWait(calledAtMs);
      },
      (error: unknown) => {
        this.#inspectRefusal(error);
        this.#inspectWait(calledAtMs);
      },
    );
  }

  #inspect({ value }: AccessToken): void {
    this.#handOuts++;
    if (this.#rejectable.at(-1) !== value) this.#rejectable.push(value);
    const { remainingMs, lifetimeMs } = this.#vendor.lifeOf(value);
    const { expirySkewMs, minRemainingMs } = DEFAULT_POLICY;
    if (remainingMs <= Math.min(expirySkewMs, lifetimeMs / 10)) {
      this.#violate(`a dead token: ${remainingMs} ms of ${lifetimeMs} ms left`);
    } else if (remainingMs < Math.min(minRemainingMs, lifetimeMs / 2) && !this.#excused()) {
      this.#violate(`a broken promise: ${remainingMs} ms of ${lifetimeMs} ms left`);
    }
  }

  #inspectRefusal(error: unknown): void {
    this.#refusals++;
    if (!(error instanceof PhoenixError)) this.#violate(`a foreign error: ${String(error)}`);
    else if (!this.#excused()) this.#violate(`no token (${error.code}) without an excuse`);
  }

  #inspectWait(calledAtMs: number): void {
    const waitMs = this.#clock.monotonicMs() - calledAtMs;
    if (waitMs > LONGEST_WAIT_MS) this.#violate(`a wait of ${waitMs} ms`);
  }

  /** Whether the vendor is failing, or something is so fresh that it need not be mended yet. */
  #excused(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const disturbedMs = Math.max(this.#disturbedAtMs, this.#rejectedAtMs);
    return (
      nowMs < disturbedMs + RECOVERY_MS ||
      this.#troubles.some(
        ({ fromMs, toMs, recoveryMs }) => fromMs <= nowMs && nowMs < toMs + recoveryMs,
      )
    );
  }

  #reject(): void {
    if (this.#rejectable.length === 0) return;
    const value = oneOf(this.#random, this.#rejectable.slice(-2));
    if (!this.#service.invalidate(value)) return;
    this.#rejections++;
    this.#rejectedAtMs = this.#clock.monotonicMs();
  }

  #scheduleCron(): void {
    this.#cancelCron = this.#clock.schedule(() => {
      this.#cronRuns++;
      this.#scheduler.fireCron();
      this.#scheduleCron();
    }, HOUR);
  }

  /** Suspensions on one day, steps on the next: together within one life, no clock could tell. */
  #scheduleClockDisturbances(): void {
    for (let day = 0; day < 30; day++) {
      const atMs = day * DAY + between(this.#random, 6 * HOUR, 18 * HOUR);
      const suspendedMs = between(this.#random, MINUTE, 8 * HOUR);
      const steppedMs = between(this.#random, -2 * HOUR, 2 * HOUR);
      this.#clock.schedule(() => {
        this.#clockDisturbances++;
        this.#disturbedAtMs = this.#clock.monotonicMs();
        if (day % 2 === 0) this.#clock.suspend(suspendedMs);
        else this.#clock.stepWall(steppedMs);
      }, atMs);
    }
  }

  /** Somebody asks at the very moment when there are no excuses any more. */
  #scheduleRecoveryChecks(): void {
    for (const trouble of this.#troubles.filter((candidate) => this.#endsInTime(candidate))) {
      this.#clock.schedule(() => {
        const before = this.#handOuts;
        this.#call();
        this.#clock.schedule(() => {
          const { state, lastError } = this.#service.status();
          const renewed = state === 'FRESH' || lastError === undefined;
          if (this.#handOuts > before && renewed) this.#recoveries++;
        }, DEFAULT_LIMITS.acquireTimeoutMs);
      }, trouble.toMs + trouble.recoveryMs);
    }
  }

  #endsInTime({ toMs, recoveryMs }: Trouble): boolean {
    return toMs + recoveryMs + DEFAULT_LIMITS.acquireTimeoutMs < this.#durationMs;
  }

  async #shutDown(): Promise<void> {
    this.#cancelCron();
    this.#scheduler.beforeApplicationShutdown();
    await this.#clock.advance(SECOND);
    void this.#service.onApplicationShutdown();
  }

  #violate(text: string): void {
    const elapsedMs = this.#clock.monotonicMs();
    const time = new Date(elapsedMs % DAY).toISOString().slice(11, 23);
    this.#violations.push(`day ${Math.floor(elapsedMs / DAY) + 1}, ${time}: ${text}`);
  }
}
