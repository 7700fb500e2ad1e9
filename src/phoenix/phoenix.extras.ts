import type { CanActivate, ModuleMetadata, Type, ControllerOptions } from '@nestjs/common';

/**
 * Who may call our routes: your guards, or `'none'` to leave them open, which logs a warning.
 * Left out, `CredentialGuard` does it with `apiKeys` and `jwt` of the options.
 *
 * @publicApi
 */
export type PhoenixGuards = readonly (Type<CanActivate> | CanActivate)[] | 'none';

/** @publicApi */
export interface PhoenixControllerOptions {
  /** Route prefix. Default `phoenix`. */
  readonly path?: string | undefined;
  /** Version of the routes, such as `'1'` or `VERSION_NEUTRAL`. Default: as the host versions its routes. */
  readonly version?: ControllerOptions['version'] | undefined;
  /** Who may call. Default: `CredentialGuard`. */
  readonly guards?: PhoenixGuards | undefined;
  /** Decorators for the class of the routes, such as `ApiBearerAuth('session')` or your `Roles('payer')`. Default: none. */
  readonly decorators?: readonly ClassDecorator[] | undefined;
  /** Decorators for each handler, such as your `SkipTransform()`, which an interceptor reads there. Default: none. */
  readonly handlerDecorators?: readonly MethodDecorator[] | undefined;
}

/** @publicApi */
export interface PhoenixHealthOptions {
  /** Route prefix. Default `phoenix/health`. */
  readonly path?: string | undefined;
  /** Version of the routes. Default: as the host versions its routes. */
  readonly version?: ControllerOptions['version'] | undefined;
  /** Decorators for the class of the routes, such as your `Public()`, which a global guard looks for. Default: none. */
  readonly decorators?: readonly ClassDecorator[] | undefined;
  /** Decorators for each handler, such as your `SkipTransform()`, which an interceptor reads there. Default: none. */
  readonly handlerDecorators?: readonly MethodDecorator[] | undefined;
  /** Who may see the details, at the path itself; the probes stay open. Default: everybody. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[] | undefined;
}

/**
 * What decides about the shape of the module, and therefore has to be known before the options are.
 *
 * @publicApi
 */
export interface PhoenixModuleExtras {
  /** Tells several registrations in one application apart. Default: none, the one that injects by class. */
  readonly name?: string | undefined;
  /** Whether the services are visible everywhere without importing the module. Default false. */
  readonly isGlobal?: boolean | undefined;
  /** Modules that your guards need. Default: none. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
  /** The token and iframe routes, or `false` to write your own. Default: at `phoenix`. */
  readonly controller?: false | PhoenixControllerOptions | undefined;
  /** The health routes, or `false` to use `PhoenixHealthIndicator` in your own. Default: at `phoenix/health`. */
  readonly health?: false | PhoenixHealthOptions | undefined;
}
