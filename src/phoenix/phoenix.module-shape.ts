import { VERSION_NEUTRAL, type DynamicModule, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { createHealthController } from './health/phoenix-health.controller.js';
import { PhoenixHealthIndicator } from './health/phoenix.health.js';
import { ApiKeyGuard } from './http/api-key.guard.js';
import { admissionFor, healthAdmissionFor, type Admission } from './http/admission.js';
import { CredentialGuard } from './http/credential.guard.js';
import { JwtGuard } from './http/jwt.guard.js';
import { jwtVerifier } from './http/jwt-verifier.provider.js';
import { createPhoenixController } from './http/phoenix.controller.js';
import { PhoenixIframeService } from './iframe/phoenix-iframe.service.js';
import { registrationTokens, type RegistrationTokens } from './inject-phoenix.decorator.js';
import { PhoenixError } from './phoenix-error.js';
import { checkExtras } from './phoenix.extras.check.js';
import type {
  PhoenixControllerOptions,
  PhoenixHealthOptions,
  PhoenixModuleExtras,
} from './phoenix.extras.js';
import { phoenixHttpService } from './phoenix.http-service.js';
import type { PhoenixOptions } from './phoenix.options.js';
import {
  PhoenixRegistration,
  type RegisteredRoutes,
  type RouteFace,
} from './phoenix.registration.js';
import { checkAgainstOthers } from './phoenix.registration-check.js';
import { SealedOptions, sealing } from './sealed-options.js';
import { isStandIn, withStandIn } from './phoenix.stand-in.js';
import { settingsFrom, type PhoenixSettings } from './phoenix.settings.js';
import {
  PHOENIX_CLOCK,
  PHOENIX_OPTIONS,
  PHOENIX_REGISTRATION,
  PHOENIX_SETTINGS,
  PHOENIX_STAND_IN,
} from './phoenix.tokens.js';
import { warnOfRealCredentials } from './real-credentials.warning.js';
import { createSystemClock, type Clock } from './token/clock.js';
import { createTokenScheduler, PhoenixTokenScheduler } from './token/phoenix-token.scheduler.js';
import { PhoenixTokenService } from './token/phoenix-token.service.js';
import { TokenEndpoint } from './token/token-endpoint.js';
import { createTokenLife } from './token/token-life.js';

const ROUTES_PATH = 'phoenix';
const HEALTH_PATH = 'phoenix/health';

/** Completes what the builder began: all that one registration of the module consists of. */
export function moduleFor(definition: DynamicModule, extras: PhoenixModuleExtras): DynamicModule {
  checkExtras(extras);
  const routes = faceOf(extras.controller, ROUTES_PATH);
  const health = faceOf(extras.health, HEALTH_PATH);
  const registration = new PhoenixRegistration(extras.name, registered(routes), registered(health));
  const { className } = registration;
  const tokens = registrationTokens(extras.name);
  const admission = admissionFor(extras.controller, registration);
  const healthAdmission = healthAdmissionFor(extras.health, registration);
  return {
    ...definition,
    global: extras.isGlobal ?? false,
    imports: [
      ...(definition.imports ?? []),
      ...(extras.imports ?? []),
      TerminusModule.forRoot({ logger: false }),
    ],
    controllers: [
      ...(routes ? [createPhoenixController({ ...routes, ...admission, className, tokens })] : []),
      ...(health
        ? [createHealthController({ ...health, ...healthAdmission, className, tokens })]
        : []),
    ],
    providers: [
      ...(definition.providers ?? []).map(sealing),
      { provide: PHOENIX_REGISTRATION, useValue: registration },
      ...foundations(registration, [admission, healthAdmission]),
      ...tokenLife(registration, tokens),
      ...services(tokens),
      jwtVerifier,
      ApiKeyGuard,
      JwtGuard,
      CredentialGuard,
    ],
    exports: [tokens.tokenService, tokens.iframeService, tokens.healthIndicator],
  };
}

/** One kind of routes, with the defaults filled in; undefined when the host switched it off. */
function faceOf(
  options: false | PhoenixControllerOptions | PhoenixHealthOptions | undefined,
  defaultPath: string,
): RouteFace | undefined {
  if (options === false) return undefined;
  const { path = defaultPath, version, decorators = [], handlerDecorators = [] } = options ?? {};
  return { path, version, decorators, handlerDecorators };
}

function registered(face: RouteFace | undefined): RegisteredRoutes | undefined {
  if (face === undefined) return undefined;
  const versions = [face.version ?? VERSION_NEUTRAL].flat();
  return {
    path: face.path.replace(/^\/+|\/+$/g, ''),
    versions: versions.includes(VERSION_NEUTRAL) ? [] : versions.map(String),
  };
}

function foundations(
  registration: PhoenixRegistration,
  admissions: readonly Admission[],
): Provider[] {
  return [
    {
      provide: PHOENIX_SETTINGS,
      inject: [
        PHOENIX_OPTIONS,
        ModulesContainer,
        { token: SchedulerRegistry, optional: true },
        { token: PHOENIX_STAND_IN, optional: true },
      ],
      useFactory: (
        sealed: PhoenixOptions | SealedOptions,
        modules: ModulesContainer,
        scheduler: SchedulerRegistry | undefined,
        standIn: unknown,
      ): PhoenixSettings => {
        checkAgainstOthers(registration, modules);
        const options = SealedOptions.open(sealed);
        const settings = settingsFrom(
          isStandIn(standIn) ? withStandIn(options, standIn) : options,
          registration.subject,
        );
        for (const admission of admissions) admission.check(settings);
        if (scheduler === undefined) throw missingScheduler();
        return settings;
      },
    },
    { provide: PHOENIX_CLOCK, useFactory: createSystemClock },
  ];
}

/** The token service owns the life of the token: a test that replaces it has neither requests nor timers left. */
function tokenLife(
  registration: PhoenixRegistration,
  { tokenService }: RegistrationTokens,
): Provider[] {
  return [
    phoenixHttpService,
    TokenEndpoint,
    {
      provide: tokenService,
      inject: [TokenEndpoint, PHOENIX_SETTINGS, PHOENIX_CLOCK],
      useFactory: (endpoint: TokenEndpoint, settings: PhoenixSettings, clock: Clock) => {
        warnOfRealCredentials(registration, settings);
        return new PhoenixTokenService(createTokenLife(endpoint, settings, clock, Math.random));
      },
    },
    {
      provide: PhoenixTokenScheduler,
      inject: [tokenService, PHOENIX_SETTINGS, PHOENIX_CLOCK],
      useFactory: (service: PhoenixTokenService, settings: PhoenixSettings, clock: Clock) => {
        const life = PhoenixTokenService.lifeOf(service);
        return life && createTokenScheduler(life, { registration, ...settings }, clock);
      },
    },
  ];
}

/** What the host injects: under the classes, or under tokens of its own for a named registration. */
function services({
  tokenService,
  iframeService,
  healthIndicator,
}: RegistrationTokens): Provider[] {
  return [
    {
      provide: iframeService,
      inject: [tokenService, PHOENIX_SETTINGS],
      useFactory: (tokens: PhoenixTokenService, settings: PhoenixSettings) =>
        new PhoenixIframeService(tokens, settings),
    },
    {
      provide: healthIndicator,
      inject: [HealthIndicatorService, tokenService, PHOENIX_REGISTRATION],
      useFactory: (
        indicators: HealthIndicatorService,
        tokens: PhoenixTokenService,
        registration: PhoenixRegistration,
      ) => new PhoenixHealthIndicator(indicators, tokens, registration),
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
