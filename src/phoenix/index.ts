export { PhoenixModule } from './phoenix.module.js';
export type {
  ClientSecretSource,
  IframeParams,
  LockParams,
  PhoenixJwtOptions,
  PhoenixOptions,
} from './phoenix.options.js';
export type {
  PhoenixControllerOptions,
  PhoenixGuards,
  PhoenixHealthOptions,
  PhoenixModuleExtras,
} from './phoenix.extras.js';
export { phoenixConfig } from './phoenix.config.js';
export { optionsFromEnvironment as phoenixOptionsFromEnvironment } from './phoenix.environment.js';
export type { Environment } from './environment-variables.js';
export { PhoenixOptionsError, type OptionProblem } from './option-problems.js';
export {
  getPhoenixHealthIndicatorToken,
  getPhoenixIframeServiceToken,
  getPhoenixTokenServiceToken,
  InjectPhoenix,
} from './inject-phoenix.decorator.js';

export { PhoenixTokenService, type GetTokenOptions } from './token/phoenix-token.service.js';
export { AccessToken } from './token/access-token.js';
export type { TokenState } from './token/token-policy.js';
export type { PhoenixTokenStatus, SharingStatus } from './token/token-status.js';
export type {
  PhoenixTokenStore,
  RenewalLease,
  SharedFailure,
  SharedRecord,
  SharedState,
  SharedToken,
  StoreAccount,
  StoreNews,
} from './token/token-store.js';
export type {
  PhoenixTokenEvent,
  RefreshTrigger,
  SharedRecordRejectedEvent,
  StoreAvailableEvent,
  StoreUnavailableEvent,
  TokenHandedOutEvent,
  TokenInvalidatedEvent,
  TokenRefreshedEvent,
  TokenRefreshFailedEvent,
} from './token/token-events.js';

export {
  InvalidIframeParamsError,
  PhoenixIframeService,
  type PhoenixIframe,
} from './iframe/phoenix-iframe.service.js';
export type { InvalidParam } from './iframe/iframe-params.js';
export { API_KEY_SCHEME, JWT_SCHEME } from './http/phoenix.openapi.js';
export { ApiKeyGuard } from './http/api-key.guard.js';
export { JwtGuard } from './http/jwt.guard.js';
export { PhoenixExceptionFilter } from './http/phoenix-exception.filter.js';
export { CredentialGuard } from './http/credential.guard.js';
export { PhoenixHealthIndicator } from './health/phoenix.health.js';
export {
  PhoenixError,
  type OAuthErrorCode,
  type PhoenixErrorCode,
  type PhoenixErrorDetails,
} from './phoenix-error.js';
