import { Module, type Type } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApiBearerAuth } from '@nestjs/swagger';
import { PhoenixModule, type PhoenixOptions } from 'nestjs-phoenix';
import type { SignedInRequest } from '../auth/signed-in.guard.js';
import { SESSION_SCHEME } from '../common/session-scheme.js';
import { KioskController } from './kiosk.controller.js';
import { PaymentsService } from './payments.service.js';

/** Three Phoenix accounts: the shop's own, the one for Europe, and the one for the kiosks in the stores. */
@Module({
  imports: [
    PhoenixModule.forRootAsync({
      ...accountOf('PHOENIX'),
      controller: { guards: 'none', decorators: [ApiBearerAuth(SESSION_SCHEME)] }, // the guard of the whole shop is in front
      health: false, // the shop has a readiness of its own
    }),
    PhoenixModule.forRootAsync({
      ...accountOf('PHOENIX_EU'),
      name: 'eu',
      controller: {
        path: 'phoenix-eu',
        version: '2',
        guards: 'none',
        decorators: [ApiBearerAuth(SESSION_SCHEME)],
      },
      health: false,
    }),
    PhoenixModule.forRootAsync({
      ...accountOf('PHOENIX_KIOSK'),
      name: 'kiosk',
      controller: false, // KioskController has its own route
      health: false,
    }),
  ],
  controllers: [KioskController],
  providers: [PaymentsService],
  exports: [PhoenixModule],
})
export class PaymentsModule {}

/** Credentials from the environment; whoever pays is paid on the wallet of the signed-in customer. */
function accountOf(prefix: string): {
  inject: Type[];
  useFactory: (config: ConfigService) => PhoenixOptions;
} {
  return {
    inject: [ConfigService],
    useFactory: (config) => ({
      clientId: config.get(`${prefix}_CLIENT_ID`, ''),
      clientSecret: config.get(`${prefix}_CLIENT_SECRET`, ''),
      lockParams: ({ user }: Required<SignedInRequest>) => ({ address: user.wallet }),
    }),
  };
}
