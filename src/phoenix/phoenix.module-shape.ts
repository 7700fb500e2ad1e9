import { VERSION_NEUTRAL, type DynamicModule, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { createHealthController } from './health/phoenix-health.controller.js';
import { PhoenixHealthIndicator } from './health/phoenix.health.js';
import { ApiKeyGuard } from './http/api-key.guard.js';
import { admissionFor, type Admission } from './http/admission.js';
import { CredentialGuard } from './http/credential.guard.js';
import { JwtGuard } from './http/jwt.guard.js';
import { createPhoenixController } from './http/phoenix.controller.js';
import { PhoenixIframeService } from './iframe/phoenix-iframe.service.js';
import {
  getPhoenixHealthIndicatorToken,
  getPhoenixIframeServiceToken,
  getPhoenixTokenServiceToken,
} from './inject-phoenix.decorator.js';
import { PhoenixError } from './phoenix-error.js';
import { checkExtras } from './phoenix.extras.check.js';
import type { PhoenixHealthOptions, PhoenixModuleExtras } from './phoenix.extras.js';
import { phoenixHttpService } from './phoenix.http-service.js';
import type { PhoenixOptions } from './phoenix.options.js';
import { PhoenixRegistration, type RegisteredRoutes } from './phoenix.registration.js';
import { checkAgainstOthers } from './phoenix.registration-check.js';
import { settingsFrom, type PhoenixSettings } from './phoenix.settings.js';
import {
  PHOENIX_CLOCK,
  PHOENIX_OPTIONS,
  PHOENIX_RANDOM,
  PHOENIX_REGISTRATION,
  PHOENIX_SETTINGS,
  PHOENIX_TOKEN_LIFE,
} from './phoenix.tokens.js';
import { systemClock, type Clock } from './token/clock.js';
import { createTokenScheduler, PhoenixTokenScheduler } from './token/phoenix-token.scheduler.js';
import { PhoenixTokenService } from './token/phoenix-token.service.js';
import { TokenEndpoint } from './token/token-endpoint.js';
import { createTokenLife, type TokenLife } from './token/token-life.js';

const ROUTES_PATH = 'phoenix';
const HEALTH_PATH = 'phoenix/health';

/** Completes what the builder began: all that one registration of the module consists of. */
export function moduleFor(definition: DynamicModule, extras: PhoenixModuleExtras): DynamicModule {
  checkExtras(extras);
  const registration = new PhoenixRegistration(
    extras.name,
    registeredRoutes(extras.controller, ROUTES_PATH),
    registeredRoutes(extras.health, HEALTH_PATH),
  );
  const admission = admissionFor(extras.controller);
  return {
    ...definition,
    global: extras.isGlobal ?? false,
    imports: [
      ...(definition.imports ?? []),
      ...(extras.imports ?? []),
      TerminusModule.forRoot({ logger: false }),
    ],
    controllers: [
      ...routes(registration, extras, admission),
      ...healthRoutes(registration, extras),
    ],
    providers: [
      ...(definition.providers ?? []),
      { provide: PHOENIX_REGISTRATION, useValue: registration },
      ...foundations(registration, admission),
      ...tokenLife(registration),
      PhoenixIframeService,
      PhoenixHealthIndicator,
      ApiKeyGuard,
      JwtGuard,
      CredentialGuard,
      ...namedAliases(extras.name),
    ],
    exports:
      extras.name === undefined
        ? [PhoenixTokenService, PhoenixIframeService, PhoenixHealthIndicator]
        : namedAliases(extras.name).map(({ provide }) => provide),
  };
}

/** @param defaultPath where they are unless the host says so */
function registeredRoutes(
  face: false | PhoenixHealthOptions = {},
  defaultPath: string,
): RegisteredRoutes | undefined {
  if (face === false) return undefined;
  const { path = defaultPath, version = VERSION_NEUTRAL } = face;
  const versions = [version].flat();
  return {
    path: path.replace(/^\/+|\/+$/g, ''),
    versions: versions.includes(VERSION_NEUTRAL) ? [] : versions.map(String),
  };
}

function routes(
  { className }: PhoenixRegistration,
  { controller = {} }: PhoenixModuleExtras,
  admission: Admission,
): NonNullable<DynamicModule['controllers']> {
  if (controller === false) return [];
  const { guards, securitySchemes } = admission;
  const { path = ROUTES_PATH, version } = controller;
  return [createPhoenixController({ className, path, version, guards, securitySchemes })];
}

function healthRoutes(
  { className }: PhoenixRegistration,
  { health = {} }: PhoenixModuleExtras,
): NonNullable<DynamicModule['controllers']> {
  if (health === false) return [];
  const { path = HEALTH_PATH, version } = health;
  return [createHealthController({ className, path, version })];
}

function foundations(registration: PhoenixRegistration, admission: Admission): Provider[] {
  return [
    {
      provide: PHOENIX_SETTINGS,
      inject: [PHOENIX_OPTIONS, ModulesContainer],
      useFactory: (options: PhoenixOptions, modules: ModulesContainer): PhoenixSettings => {
        checkAgainstOthers(registration, modules);
        const settings = settingsFrom(options);
        admission.check(settings);
        return settings;
      },
    },
    { provide: PHOENIX_CLOCK, useValue: systemClock },
    { provide: PHOENIX_RANDOM, useValue: Math.random },
  ];
}

function tokenLife(registration: PhoenixRegistration): Provider[] {
  return [
    phoenixHttpService,
    TokenEndpoint,
    {
      provide: PHOENIX_TOKEN_LIFE,
      inject: [TokenEndpoint, PHOENIX_SETTINGS, PHOENIX_CLOCK, PHOENIX_RANDOM],
      useFactory: createTokenLife,
    },
    PhoenixTokenService,
    {
      provide: PhoenixTokenScheduler,
      inject: [
        PHOENIX_TOKEN_LIFE,
        PHOENIX_SETTINGS,
        PHOENIX_CLOCK,
        { token: SchedulerRegistry, optional: true },
      ],
      useFactory: (
        life: TokenLife,
        settings: PhoenixSettings,
        clock: Clock,
        scheduler: SchedulerRegistry | undefined,
      ) => {
        if (scheduler === undefined) throw missingScheduler();
        return createTokenScheduler(life, { registration, ...settings }, clock);
      },
    },
  ];
}

function namedAliases(name: string | undefined): { provide: string; useExisting: unknown }[] {
  if (name === undefined) return [];
  return [
    { provide: getPhoenixTokenServiceToken(name) as string, useExisting: PhoenixTokenService },
    { provide: getPhoenixIframeServiceToken(name) as string, useExisting: PhoenixIframeService },
    {
      provide: getPhoenixHealthIndicatorToken(name) as string,
      useExisting: PhoenixHealthIndicator,
    },
  ];
}

function missingScheduler(): PhoenixError {
  return new PhoenixError(
    'missing_scheduler',
    'PhoenixModule cannot start, because nothing runs its hourly cron job. Add ScheduleModule.forRoot() ' +
      '(of @nestjs/schedule) to the imports of your root module, once for the whole application.',
  );
}
