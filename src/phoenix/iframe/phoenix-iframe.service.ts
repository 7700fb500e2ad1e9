import { Injectable } from '@nestjs/common';
import { PhoenixError } from '../phoenix-error.js';
import type { IframeParams } from '../phoenix.options.js';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { isPlainObject } from '../plain-object.js';
import type { PhoenixTokenService } from '../token/phoenix-token.service.js';
import type { AccessToken } from '../token/access-token.js';
import { invalidParams, type InvalidParam } from './iframe-params.js';
import { iframeUrl } from './iframe-url.js';

/**
 * What a frontend needs to embed the payment iframe.
 *
 * @publicApi
 */
export interface PhoenixIframe {
  /** Address for the iframe's `src`. Holds the access token: never log it. */
  readonly url: string;
  /** Origin of the iframe, to compare `event.origin` with. */
  readonly origin: string;
  /** Value for the iframe's `allow` attribute. */
  readonly allow: string;
  /** The token within the URL. */
  readonly token: AccessToken;
  /** From when on a new URL brings a newer token; in the past when it was replaced while this one was made. */
  readonly refreshAfter: Date;
}

/**
 * Parameters that may not be used, each with its reason; code `invalid_argument`.
 *
 * @publicApi
 */
export class InvalidIframeParamsError extends PhoenixError {
  override readonly name = 'InvalidIframeParamsError';

  constructor(readonly invalidParams: readonly InvalidParam[]) {
    const reasons = invalidParams.map(({ name, reason }) => `${name} ${reason}`).join('; ');
    super('invalid_argument', `No iframe URL was made, because parameters are wrong: ${reasons}.`);
  }
}

/**
 * Builds iframe URLs with the shared access token.
 *
 * @publicApi
 */
@Injectable()
export class PhoenixIframeService {
  /** @internal */
  constructor(
    private readonly tokens: PhoenixTokenService,
    private readonly settings: PhoenixSettings,
  ) {}

  /**
   * @param requested parameters the caller asks for, unchecked
   * @param request handed to `lockParams`, which decides what the caller may not choose
   * @throws {InvalidIframeParamsError} for parameters that are malformed, reserved or locked to another value
   * @throws {PhoenixError} when there is no token, or `lockParams` returns something unusable
   */
  async create(
    requested: Readonly<Record<string, unknown>> = {},
    request?: unknown,
  ): Promise<PhoenixIframe> {
    const params = this.checked(requested);
    const locked = await this.lockedParams(request);
    const refused = Object.keys(locked)
      .filter((name) => Object.hasOwn(params, name) && params[name] !== locked[name])
      .map((name) => ({ name, reason: 'is locked to another value: leave it out' }));
    if (refused.length > 0) throw new InvalidIframeParamsError(refused);

    const token = await this.tokens.getToken();
    const merged = { ...this.settings.iframeParams, ...params, ...locked };
    const url = iframeUrl(this.settings.iframeUrl, token.value, merged);
    return {
      url,
      origin: new URL(url).origin,
      allow: this.settings.iframeAllow,
      token,
      refreshAfter: this.refreshAfter(token),
    };
  }

  private refreshAfter(token: AccessToken): Date {
    const current = this.tokens.status();
    const isCurrent = current.fingerprint === token.fingerprint;
    return (isCurrent ? current.refreshAfter : undefined) ?? token.obtainedAt;
  }

  private checked(requested: Readonly<Record<string, unknown>>): IframeParams {
    const invalid = invalidParams(requested, this.settings);
    if (invalid.length > 0) throw new InvalidIframeParamsError(invalid);
    return requested as IframeParams;
  }

  private async lockedParams(request: unknown): Promise<IframeParams> {
    const { lockParams } = this.settings;
    if (lockParams === undefined) return {};
    const locked: unknown = await lockParams(request as never);
    // Nothing, a list, a map or accessors would lock nothing: a forgotten lock must not open.
    if (!isPlainObject(locked)) {
      throw lockedParamsError('must return a plain object from parameter names to text');
    }
    const [first] = invalidParams(locked, this.settings);
    if (first !== undefined)
      throw lockedParamsError(`returned ${first.name}, which ${first.reason}`);
    return locked as IframeParams;
  }
}

function lockedParamsError(problem: string): PhoenixError {
  return new PhoenixError(
    'invalid_locked_parameter',
    `The function given as lockParams ${problem}. No iframe URL was made; correct the function.`,
  );
}
