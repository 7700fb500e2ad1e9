import type { CanActivate } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { missingGuard } from './http/admission.js';
import { PhoenixError } from './phoenix-error.js';
import type { PhoenixRegistration } from './phoenix.registration.js';
import { PHOENIX_REGISTRATION, PHOENIX_SETTINGS } from './phoenix.tokens.js';

type ValueOf<M> = M extends ReadonlyMap<unknown, infer Value> ? Value : never;
type Module = ValueOf<ModulesContainer>;
type Injectable = ValueOf<Module['injectables']>;

/**
 * Checks what only shows once Nest has made the module's parts.
 *
 * @throws {PhoenixError} `missing_guard` or `request_scoped_options`
 */
export function checkInstances(registration: PhoenixRegistration, modules: ModulesContainer): void {
  const own = [...modules.values()].find(
    ({ providers }) => providers.get(PHOENIX_REGISTRATION)?.instance === registration,
  );
  if (own === undefined) return;
  for (const injectable of own.injectables.values()) {
    // Nest may leave it out without a word, and the routes would stand open.
    if (injectable.subtype === 'guard' && !isGuard(injectable)) {
      throw missingGuard(
        registration.subject,
        `${String(injectable.name)} has no method canActivate`,
      );
    }
  }
  if (own.providers.get(PHOENIX_SETTINGS)?.isDependencyTreeStatic() === false) {
    throw requestScopedOptions(registration);
  }
}

/** A guard that is made for each request has no instance yet. */
function isGuard({ instance, metatype }: Injectable): boolean {
  const { prototype } = Object(metatype) as { prototype?: unknown };
  return [instance, prototype].some(
    (candidate) => typeof (candidate as Partial<CanActivate> | null)?.canActivate === 'function',
  );
}

function requestScopedOptions({ subject }: PhoenixRegistration): PhoenixError {
  return new PhoenixError(
    'request_scoped_options',
    `${subject} cannot start, because the factory of its options injects something request-scoped: ` +
      'every request would have a token of its own. Inject only what lives as long as the application.',
  );
}
