import { Logger } from '@nestjs/common';
import { runsTests } from './phoenix.config.js';
import type { PhoenixRegistration } from './phoenix.registration.js';
import type { PhoenixSettings } from './phoenix.settings.js';
import { isOnLoopback } from './secure-url.js';

/** Tests of a host that know nothing of Phoenix ask the vendor for a token at each boot. */
export function warnOfRealCredentials(
  registration: PhoenixRegistration,
  { tokenUrl }: Pick<PhoenixSettings, 'tokenUrl'>,
): void {
  if (!runsTests() || isOnLoopback(tokenUrl)) return;
  new Logger(registration.logContext).warn(
    `NODE_ENV is test, yet tokens are requested from ${new URL(tokenUrl).host}, with the client secret of ` +
      'the options. Import PhoenixSandboxModule.forRoot() (nestjs-phoenix/sandbox) into the testing module, ' +
      'or replace the service: overrideProvider(PhoenixTokenService).',
  );
}
