import { createHash, timingSafeEqual } from 'node:crypto';
import type { SandboxSettings } from '../sandbox.options.js';

/** The one partner that the sandbox knows. */
export class Client {
  readonly id: string;
  #secret: string;

  constructor(settings: SandboxSettings) {
    this.id = settings.clientId;
    this.#secret = settings.clientSecret;
  }

  get secret(): string {
    return this.#secret;
  }

  rotateSecret(newSecret: string): void {
    if (newSecret === '') throw new Error('The new client secret is empty. Pass a non-empty text.');
    this.#secret = newSecret;
  }

  /** Both comparisons always run, each in constant time. */
  authenticates(id: string | undefined, secret: string | undefined): boolean {
    const sameId = isSame(id ?? '', this.id);
    const sameSecret = isSame(secret ?? '', this.#secret);
    return sameId && sameSecret;
  }
}

function isSame(given: string, expected: string): boolean {
  // Hashed first, because timingSafeEqual wants equal lengths.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
