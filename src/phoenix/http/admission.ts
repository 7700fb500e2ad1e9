import { Logger, type CanActivate, type Type } from '@nestjs/common';
import { PhoenixError } from '../phoenix-error.js';
import type { PhoenixControllerOptions, PhoenixHealthOptions } from '../phoenix.extras.js';
import type { PhoenixRegistration } from '../phoenix.registration.js';
import type { PhoenixSettings } from '../phoenix.settings.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { CredentialGuard } from './credential.guard.js';
import { JwtGuard } from './jwt.guard.js';
import { API_KEY_SCHEME, JWT_SCHEME } from './phoenix.openapi.js';

type Guard = Type<CanActivate> | CanActivate;

/** Names of security schemes, all of which are demanded. */
export type SecurityRequirement = Record<string, string[]>;

/** Who may call the routes, and the check that somebody keeps the door. */
export interface Admission {
  readonly guards: readonly Guard[];
  /** What OpenAPI calls the demands of our own guards: any one of these admits. */
  readonly securityRequirements: readonly SecurityRequirement[];
  /** Whose guards turn callers away: ours with problem details, those of the host as it likes. */
  readonly answeredBy: { readonly us: boolean; readonly host: boolean };
  /** @throws {PhoenixError} at boot, when a guard has nothing to check with */
  check(settings: PhoenixSettings): void;
}

const SCHEMES = new Map<Guard, readonly string[]>([
  [ApiKeyGuard, [API_KEY_SCHEME]],
  [JwtGuard, [JWT_SCHEME]],
  [CredentialGuard, [API_KEY_SCHEME, JWT_SCHEME]],
]);

/** @throws {PhoenixError} `missing_guard`, when the routes would stand open by mistake */
export function admissionFor(
  controller: false | PhoenixControllerOptions | undefined,
  registration: PhoenixRegistration,
): Admission {
  if (controller === false) return OPEN;
  const { guards = [CredentialGuard] } = controller ?? {};
  if (guards === 'none') {
    return {
      ...OPEN,
      check: () => {
        warnOfOpenRoutes(registration);
      },
    };
  }
  return guardedBy(guards, registration, missingGuard);
}

/** @throws {PhoenixError} `missing_guard`, when the details of health would stand open by mistake */
export function healthAdmissionFor(
  health: false | PhoenixHealthOptions | undefined,
  registration: PhoenixRegistration,
): Admission {
  const guards = health === false ? undefined : health?.guards;
  if (guards === undefined) return OPEN;
  if (!Array.isArray(guards)) throw missingHealthGuard(registration.subject, 'guards is no list');
  return guardedBy(guards, registration, missingHealthGuard);
}

const OPEN: Admission = {
  guards: [],
  securityRequirements: [],
  answeredBy: { us: false, host: false },
  check: () => undefined,
};

function guardedBy(
  guards: readonly Guard[],
  { subject }: PhoenixRegistration,
  missing: (subject: string, cause: string) => PhoenixError,
): Admission {
  const refuse = (cause: string | undefined): void => {
    if (cause !== undefined) throw missing(subject, cause);
  };
  refuse(problemOfList(guards));
  return {
    guards,
    securityRequirements: requirementsOf(guards),
    answeredBy: {
      us: guards.some((guard) => SCHEMES.has(guard)),
      host: guards.some((guard) => !SCHEMES.has(guard)),
    },
    check: (settings) => {
      refuse(problemOfCredentials(guards, settings));
    },
  };
}

/** Guards must all admit; one guard may take either of two schemes. */
function requirementsOf(guards: readonly Guard[]): SecurityRequirement[] {
  const own = guards.flatMap((guard) => {
    const schemes = SCHEMES.get(guard);
    return schemes === undefined ? [] : [schemes];
  });
  if (own.length === 0) return [];
  return own.reduce<SecurityRequirement[]>(
    (requirements, schemes) =>
      requirements.flatMap((requirement) =>
        schemes.map((scheme) => ({ ...requirement, [scheme]: [] })),
      ),
    [{}],
  );
}

/** Hosts in JavaScript have no compiler to tell them. */
function problemOfList(guards: unknown): string | undefined {
  if (!Array.isArray(guards)) return "guards is neither a list nor 'none'";
  return guards.length === 0 ? 'The list of guards is empty' : undefined;
}

function problemOfCredentials(
  guards: readonly Guard[],
  { apiKeys, jwt }: PhoenixSettings,
): string | undefined {
  if (guards.includes(CredentialGuard) && apiKeys.length === 0 && jwt === undefined) {
    return 'Neither a guard nor credentials are configured';
  }
  if (guards.includes(ApiKeyGuard) && apiKeys.length === 0) {
    return 'ApiKeyGuard has no apiKeys to compare with';
  }
  if (guards.includes(JwtGuard) && jwt === undefined) {
    return 'JwtGuard has no option jwt to check with';
  }
  return undefined;
}

function warnOfOpenRoutes({ logContext }: PhoenixRegistration): void {
  new Logger(logContext).warn(
    "The Phoenix routes have no guard of their own (guards: 'none'). Whoever reaches them gets the " +
      "partner's access token, unless a global guard of your application stops them.",
  );
}

/** @param subject the module, as its registration calls it */
export function missingGuard(subject: string, cause: string): PhoenixError {
  return new PhoenixError(
    'missing_guard',
    `${subject} cannot start, because its routes would have no guard. ${cause}. Do one of these: ` +
      'set apiKeys or jwt in the options (PHOENIX_API_KEYS, PHOENIX_JWT_SECRET or PHOENIX_JWT_JWKS_URL), ' +
      'pass your own guard (controller: { guards: [YourGuard] }), switch the routes off (controller: false), ' +
      "or open them on purpose (controller: { guards: 'none' }).",
  );
}

function missingHealthGuard(subject: string, cause: string): PhoenixError {
  return new PhoenixError(
    'missing_guard',
    `${subject} cannot start, because the details of its health would have no guard. ${cause}. Do one of these: ` +
      'set apiKeys or jwt in the options (PHOENIX_API_KEYS, PHOENIX_JWT_SECRET or PHOENIX_JWT_JWKS_URL), ' +
      'pass your own guard (health: { guards: [YourGuard] }), or leave guards out, and the details are public.',
  );
}
