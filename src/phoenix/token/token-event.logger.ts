import type { Logger } from '@nestjs/common';
import type { TokenLifecycleEvent, TokenSharingEvent } from './token-events.js';

/** Logs the life of the token: every success quietly, a failure once per change of state. */
export class TokenEventLogger {
  #standingFailure: string | undefined;

  constructor(private readonly logger: Logger) {}

  log(event: TokenLifecycleEvent | TokenSharingEvent): void {
    switch (event.type) {
      case 'refreshed':
        if (this.#standingFailure === undefined) this.logger.debug(describe(event));
        else this.logger.log(`Recovered. ${describe(event)}`);
        this.#standingFailure = undefined;
        break;
      case 'refresh_failed':
        this.report(event);
        break;
      case 'invalidated':
        this.logger.warn(
          `Token ${event.fingerprint} was reported invalid${event.shared ? ' by another replica' : ''}, and is no longer handed out.`,
        );
        break;
      case 'store_unavailable':
        this.logger.warn(
          `The store that replicas share cannot be used: ${event.reason}. ` +
            'Each replica renews for itself until it is back.',
        );
        break;
      case 'store_available':
        this.logger.log('The store that replicas share can be used again.');
        break;
      case 'shared_record_rejected':
        this.logger.warn(
          `A shared record counts as none, because ${event.reason}. It will be overwritten. Give all replicas the same encryptionKeys, or this one another prefix.`,
        );
        break;
    }
  }

  private report(event: TokenLifecycleEvent & { type: 'refresh_failed' }): void {
    const failure = `${event.code}, serving: ${String(event.servingToken)}`;
    if (failure === this.#standingFailure) return;
    this.#standingFailure = failure;
    const consequence = event.servingToken
      ? 'The current token is still usable and is served on.'
      : 'There is no usable token: callers get an error until this is mended.';
    const { message, vendorDescription: words, code } = event;
    const quoted = words === undefined ? '' : ` The server says: "${words}".`;
    const text = `${message}${quoted} [${code}] ${consequence}`;
    if (event.servingToken) this.logger.warn(text);
    else this.logger.error(text);
  }
}

function describe(event: TokenLifecycleEvent & { type: 'refreshed' }): string {
  if (event.attempts === 0) {
    return `Token ${event.fingerprint} taken from another replica, expires ${event.expiresAt.toISOString()}.`;
  }
  return (
    `Token ${event.fingerprint} obtained (${event.trigger}, ` +
    `attempt ${event.attempts}), expires ${event.expiresAt.toISOString()}.`
  );
}
