import type { ControllerOptions } from '@nestjs/common';

/** Where one kind of routes is, and what the host puts on it. */
export interface RouteFace {
  readonly path: string;
  readonly version: ControllerOptions['version'];
  readonly decorators: readonly ClassDecorator[];
  readonly handlerDecorators: readonly MethodDecorator[];
}

/** Where routes of one kind are. */
export interface RegisteredRoutes {
  readonly path: string;
  /** None: every version, or as the host versions its routes. */
  readonly versions: readonly string[];
}

/**
 * Names everything that must not clash when one application registers the module
 * more than once, one Phoenix account each. Without a name, everything keeps its plain name.
 */
export class PhoenixRegistration {
  constructor(
    readonly name?: string,
    readonly routes?: RegisteredRoutes,
    readonly healthRoutes?: RegisteredRoutes,
  ) {}

  /** Names it in messages. */
  get title(): string {
    return this.name === undefined ? 'the registration without a name' : `'${this.name}'`;
  }

  /** Names the module in the errors of its boot. */
  get subject(): string {
    return this.name === undefined ? 'PhoenixModule' : `PhoenixModule '${this.name}'`;
  }

  get cronJobName(): string {
    return this.suffixed('phoenix-token-refresh', '-');
  }

  get healthKey(): string {
    return this.suffixed('phoenix', '-');
  }

  get logContext(): string {
    return this.suffixed('Phoenix', ':');
  }

  /** Prefix of class names and operation ids in the OpenAPI document. */
  get className(): string {
    const name = this.name ?? '';
    return `Phoenix${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  }

  private suffixed(plain: string, separator: string): string {
    return this.name === undefined ? plain : `${plain}${separator}${this.name}`;
  }
}
