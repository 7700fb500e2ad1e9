import { Injectable } from '@nestjs/common';
import { PhoenixError } from '../phoenix-error.js';
import type { IframeParams } from '../phoenix.options.js';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { isPlainObject } from '../plain-object.js';
import type { PhoenixTokenService } from '../token/phoenix-token.service.js';
import type { AccessToken } from '../token/access-token.js';
import { invalidParams, type InvalidParam } from './iframe-params.js';
import { iframeUrl } from './iframe-url.js';
import { objectionsTo } from './param-choice.js';
import { spellingsOf } from './param-spelling.js';
import { NAMES_WITH_MEANING } from './vendor-params.js';

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
  /** Width of the iframe in CSS pixels. */
  readonly width: number;
  /** Height of the iframe in CSS pixels. */
  readonly height: number;
  /** Value for the iframe's `title` attribute. */
  readonly title: string;
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
  private readonly query: Readonly<Record<string, string>>;
  private readonly knownNames: readonly string[];

  /** @internal */
  constructor(
    private readonly tokens: PhoenixTokenService,
    private readonly settings: PhoenixSettings,
  ) {
    this.query = Object.fromEntries(new URL(settings.iframeUrl).searchParams);
    this.knownNames = [
      ...NAMES_WITH_MEANING,
      ...Object.keys(this.query),
      ...Object.keys(settings.iframeParams),
      ...settings.requiredIframeParams,
    ];
  }

  /**
   * @param requested parameters the caller asks for, unchecked
   * @param request handed to `lockParams`, which decides what the caller may not choose
   * @throws {InvalidIframeParamsError} for parameters that are missing, malformed, misspelt, reserved or locked to another value
   * @throws {PhoenixError} when there is no token, or `lockParams` returns something unusable
   */
  async create(
    requested: Readonly<Record<string, unknown>> = {},
    request?: unknown,
  ): Promise<PhoenixIframe> {
    const locked = await this.lockedParams(request);
    const params = this.checked(requested, locked);
    const token = await this.tokens.getToken();
    const { settings } = this;
    const chosen = { ...settings.iframeParams, ...params, ...locked };
    const url = iframeUrl(settings.iframeUrl, token.value, chosen);
    return {
      url,
      origin: new URL(url).origin,
      allow: settings.iframeAllow,
      width: settings.iframeWidthPx,
      height: settings.iframeHeightPx,
      title: settings.iframeTitle,
      token,
      refreshAfter: this.refreshAfter(token),
    };
  }

  private refreshAfter(token: AccessToken): Date {
    const current = this.tokens.status();
    const isCurrent = current.fingerprint === token.fingerprint;
    return (isCurrent ? current.refreshAfter : undefined) ?? token.obtainedAt;
  }

  private checked(
    requested: Readonly<Record<string, unknown>>,
    locked: IframeParams,
  ): IframeParams {
    const { query, settings } = this;
    const sources = { query, defaults: settings.iframeParams, requested, locked };
    const objections = objectionsTo(sources, settings, this.spellings(locked));
    if (objections.length > 0) throw new InvalidIframeParamsError(objections);
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
    const [first] = invalidParams(locked, this.settings, this.spellings(locked));
    if (first !== undefined)
      throw lockedParamsError(`returned ${first.name}, which ${first.reason}`);
    return locked as IframeParams;
  }

  /** Names that are known here, and how each of them is spelt. */
  private spellings(locked: object): ReturnType<typeof spellingsOf> {
    return spellingsOf([...this.knownNames, ...Object.keys(locked)]);
  }
}

function lockedParamsError(problem: string): PhoenixError {
  return new PhoenixError(
    'invalid_locked_parameter',
    `The function given as lockParams ${problem}. No iframe URL was made; correct the function.`,
  );
}
