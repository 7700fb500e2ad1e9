import { PhoenixError, type PhoenixErrorCode } from '../../src/phoenix/phoenix-error.js';
import type { PhoenixErrorDetails } from '../../src/phoenix/phoenix-error.js';
import { AccessToken, instantOf, type Instant } from '../../src/phoenix/token/access-token.js';
import type { Clock } from '../../src/phoenix/token/clock.js';
import type { TokenIssuer } from '../../src/phoenix/token/token-endpoint.js';
import { pass } from './pass.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** One token request, as the issuer sees it. */
export interface TokenRequest {
  /** Counts from 1. */
  readonly number: number;
  readonly at: Instant;
  readonly signal: AbortSignal;
  readonly clientSecret: string;
  readonly clock: Clock;
}

export type Answer = (request: TokenRequest) => Promise<AccessToken>;

export interface Grant {
  /** Default: `token-<number of the request>`. */
  readonly value?: string;
  readonly lifetimeMs?: number;
  readonly scope?: readonly string[];
  /** How long the issuer takes to answer. */
  readonly afterMs?: number;
}

/** An issuer that answers as it was told to: the script first, then always the last word. */
export class ScriptedIssuer implements TokenIssuer {
  readonly requests: TokenRequest[] = [];
  #script: Answer[] = [];
  #lastWord: Answer = granting();

  constructor(private readonly clock: Clock) {}

  /** Answers the next requests with these, one each. */
  next(...answers: Answer[]): this {
    this.#script.push(...answers);
    return this;
  }

  /** Answers with this whenever the script is at its end. */
  always(answer: Answer): this {
    this.#script = [];
    this.#lastWord = answer;
    return this;
  }

  requestToken(signal: AbortSignal, clientSecret: string): Promise<AccessToken> {
    const request = {
      number: this.requests.length + 1,
      at: instantOf(this.clock),
      signal,
      clientSecret,
      clock: this.clock,
    };
    this.requests.push(request);
    return (this.#script.shift() ?? this.#lastWord)(request);
  }
}

export function granting({ afterMs = 0, ...grant }: Grant = {}): Answer {
  return async (request) => {
    if (afterMs > 0) await pass(request.clock, afterMs, request.signal);
    return issue(request, grant);
  };
}

export function failing(
  code: PhoenixErrorCode,
  { afterMs = 0, ...details }: PhoenixErrorDetails & { readonly afterMs?: number } = {},
): Answer {
  return async (request) => {
    if (afterMs > 0) await pass(request.clock, afterMs, request.signal);
    throw new PhoenixError(code, `scripted ${code}`, details);
  };
}

export function throwing(error: unknown): Answer {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- foreign code throws anything
  return () => Promise.reject(error);
}

/** Never answers, and takes no notice of an abort. */
export function silence(): Answer {
  return () => new Promise(() => undefined);
}

/** Answers, late, even though the request was aborted. */
export function ignoringAbort(afterMs: number, grant: Grant = {}): Answer {
  return async (request) => {
    await new Promise<void>((resolve) => request.clock.schedule(resolve, afterMs));
    return issue(request, grant);
  };
}

/** An answer that is given when the test says so, within the same microtask. */
export class WithheldAnswer {
  grant!: (grant?: Grant) => void;
  fail!: (code: PhoenixErrorCode) => void;

  readonly answer: Answer = (request) =>
    new Promise((resolve, reject) => {
      this.grant = (grant = {}) => {
        resolve(issue(request, grant));
      };
      this.fail = (code) => {
        reject(new PhoenixError(code, `scripted ${code}`));
      };
    });
}

function issue({ at, number, clock }: TokenRequest, grant: Grant): AccessToken {
  const { value = `token-${number}`, lifetimeMs = HOUR, scope = ['iframe'] } = grant;
  return new AccessToken({ value, lifetimeMs, scope, requestedAt: at }, clock);
}
