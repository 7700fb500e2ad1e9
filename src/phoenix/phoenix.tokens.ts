/** Injection tokens inside the module. Strings, because the package may be loaded in two builds. */
export const PHOENIX_SETTINGS = 'phoenix:settings';
export const PHOENIX_CLOCK = 'phoenix:clock';
/** Not `HttpService` itself: a guard of the host's, made in our module, would get ours for its own. */
export const PHOENIX_HTTP = 'phoenix:http';
/** One for all guards of a registration, so that they share the issuer's keys. */
export const PHOENIX_JWT_VERIFIER = 'phoenix:jwt-verifier';
export const PHOENIX_REGISTRATION = 'phoenix:registration';
export const PHOENIX_OPTIONS = 'phoenix:options';
/** What stands in for the vendor, in all registrations of an application under test. */
export const PHOENIX_STAND_IN = 'phoenix:stand-in';
