import { PhoenixError } from '../phoenix-error.js';
import type { SharedFailure } from './token-store.js';

/** A failed renewal whose pause is settled already, for all replicas. */
export class StandingFailure extends PhoenixError {
  /** Consecutive failures so far, from 1. */
  readonly failures: number;
  readonly pauseMs: number;
  /** The part of it that the vendor itself asked for. */
  readonly vendorPauseMs: number;

  constructor(message: string, failure: SharedFailure, vendorDescription?: string) {
    const { code, status, failures, pauseMs, vendorPauseMs } = failure;
    super(code, message, { status, retryAfterMs: pauseMs, vendorDescription });
    this.failures = failures;
    this.pauseMs = pauseMs;
    this.vendorPauseMs = vendorPauseMs;
  }
}
