import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Clock } from './clock.js';

/** An instant on both clocks. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export interface IssuedToken {
  readonly value: string;
  /** When the request that obtained it was started: its life counts from here. */
  readonly requestedAt: Instant;
  readonly lifetimeMs: number;
  readonly scope: readonly string[];
}

/** How far the ages of tokens may be off that other replicas obtained. */
export const AGE_TOLERANCE_MS = 2_000;

/** A short name for a token that may be logged: 16 hex digits of its SHA-256. */
export function fingerprintOf(tokenValue: string): string {
  return createHash('sha256').update(tokenValue).digest('hex').slice(0, 16);
}

export function instantOf(clock: Clock): Instant {
  return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
}

/**
 * An access token and its life. Immutable; prints, inspects and serialises
 * without its value.
 *
 * @publicApi
 */
export class AccessToken {
  /** Always `Bearer` (RFC 6750). */
  readonly tokenType = 'Bearer';
  /** Granted scopes; empty when the vendor did not say. */
  readonly scope: readonly string[];
  /** Names the token in logs and events without revealing it. */
  readonly fingerprint: string;
  /** Whole life in milliseconds, counted from the start of the request. */
  readonly lifetimeMs: number;

  readonly #value: string;
  readonly #clock: Clock;
  readonly #obtainedAtWallMs: number;
  readonly #expiresAtWallMs: number;
  readonly #expiresAtMonotonicMs: number;
  readonly #expiresAtText: string;

  /** @internal */
  constructor(issued: IssuedToken, clock: Clock) {
    this.#value = issued.value;
    this.#clock = clock;
    this.#obtainedAtWallMs = issued.requestedAt.wallMs;
    this.#expiresAtWallMs = issued.requestedAt.wallMs + issued.lifetimeMs;
    this.#expiresAtMonotonicMs = issued.requestedAt.monotonicMs + issued.lifetimeMs;
    this.#expiresAtText = new Date(this.#expiresAtWallMs).toISOString();
    this.scope = Object.freeze([...issued.scope]);
    this.fingerprint = fingerprintOf(issued.value);
    this.lifetimeMs = issued.lifetimeMs;
    Object.freeze(this);
  }

  /** The secret itself: a bearer token for the whole partner. */
  get value(): string {
    return this.#value;
  }

  /** When the request that obtained it was started. */
  get obtainedAt(): Date {
    return new Date(this.#obtainedAtWallMs);
  }

  /** When it expires, by the wall clock. */
  get expiresAt(): Date {
    return new Date(this.#expiresAtWallMs);
  }

  /** When it expires, by the wall clock, as RFC 3339 text in UTC. */
  get expiresAtText(): string {
    return this.#expiresAtText;
  }

  /** Whole milliseconds until expiry by the stricter of both clocks; negative once expired. */
  remainingMs(): number {
    return Math.floor(
      Math.min(
        this.#expiresAtMonotonicMs - this.#clock.monotonicMs(),
        this.#expiresAtWallMs - this.#clock.wallMs(),
      ),
    );
  }

  /** Whole milliseconds since the request that obtained it, by the later of both clocks. */
  ageMs(): number {
    return this.lifetimeMs - this.remainingMs();
  }

  /** Whether this expires later than `other`; the same token does so only if it was issued anew. */
  outlives(other: AccessToken): boolean {
    const longerMs = this.remainingMs() - other.remainingMs();
    return longerMs > (this.fingerprint === other.fingerprint ? AGE_TOLERANCE_MS : 0);
  }

  /**
   * This token, which expires no later than `known` if it is the same: what is told of a life is told in
   * whole seconds, so one that seems a little longer than before was not lengthened.
   *
   * @internal
   */
  noLaterThan(known: AccessToken | undefined): AccessToken {
    if (known?.fingerprint !== this.fingerprint || this.outlives(known)) return this;
    const overMs = this.remainingMs() - known.remainingMs();
    if (overMs <= 0) return this;
    const requestedAt = {
      wallMs: this.#obtainedAtWallMs,
      monotonicMs: this.#expiresAtMonotonicMs - this.lifetimeMs,
    };
    return new AccessToken(
      { value: this.#value, scope: this.scope, lifetimeMs: this.lifetimeMs - overMs, requestedAt },
      this.#clock,
    );
  }

  /** Whole seconds of life left (OAuth's `expires_in`), never negative. */
  expiresIn(): number {
    return Math.max(0, Math.floor(this.remainingMs() / 1000));
  }

  toString(): string {
    return `AccessToken(${this.fingerprint}, expires ${this.#expiresAtText})`;
  }

  toJSON(): { fingerprint: string; expiresAt: string; scope: readonly string[] } {
    return {
      fingerprint: this.fingerprint,
      expiresAt: this.#expiresAtText,
      scope: this.scope,
    };
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
