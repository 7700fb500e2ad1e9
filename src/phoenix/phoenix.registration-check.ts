import type { ModulesContainer } from '@nestjs/core';
import { PhoenixError } from './phoenix-error.js';
import type { PhoenixRegistration, RegisteredRoutes } from './phoenix.registration.js';
import { PHOENIX_REGISTRATION } from './phoenix.tokens.js';

/**
 * Two registrations of one application must differ in their names and in their routes.
 *
 * @throws {PhoenixError} `duplicate_registration`
 */
export function checkAgainstOthers(own: PhoenixRegistration, modules: ModulesContainer): void {
  for (const other of registrationsIn(modules)) {
    if (other === own) continue;
    if (other.name === own.name) throw sameName(own);
    const clash =
      overlap(own.routes, other.routes) ?? overlap(own.healthRoutes, other.healthRoutes);
    if (clash !== undefined) throw samePath(own, other, clash);
  }
}

function registrationsIn(modules: ModulesContainer): PhoenixRegistration[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const registration = providers.get(PHOENIX_REGISTRATION)?.instance;
    return registration === undefined ? [] : [registration as PhoenixRegistration];
  });
}

/** @returns the path that both have, in a version that both may have */
function overlap(
  one: RegisteredRoutes | undefined,
  other: RegisteredRoutes | undefined,
): string | undefined {
  if (one === undefined || one.path !== other?.path) return undefined;
  const apart =
    one.versions.length > 0 &&
    other.versions.length > 0 &&
    !one.versions.some((version) => other.versions.includes(version));
  return apart ? undefined : one.path;
}

function sameName({ title }: PhoenixRegistration): PhoenixError {
  return new PhoenixError(
    'duplicate_registration',
    `PhoenixModule cannot start, because ${title} exists twice: two tokens would be kept for one purpose. ` +
      'Call forRoot or forRootAsync in one place, with isGlobal: true if all modules shall see it. ' +
      "For several Phoenix accounts, give each registration a name of its own (name: 'eu').",
  );
}

function samePath(
  own: PhoenixRegistration,
  other: PhoenixRegistration,
  path: string,
): PhoenixError {
  return new PhoenixError(
    'duplicate_registration',
    `PhoenixModule cannot start, because ${own.title} and ${other.title} both have routes at "${path}". ` +
      "Give one of them other paths (controller: { path: 'phoenix-eu' }, health: { path: 'phoenix-eu/health' }), " +
      'or switch its routes off (controller: false, health: false).',
  );
}
