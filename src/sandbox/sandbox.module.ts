import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CheckoutController } from './checkout/checkout.controller.js';
import { FaultQueueService } from './faults/fault-queue.service.js';
import { FaultsController } from './faults/faults.controller.js';
import { SANDBOX_SETTINGS, type SandboxSettings } from './sandbox.options.js';
import { RedirectTargetController } from './stats/redirect-target.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { StatsService } from './stats/stats.service.js';
import { ClientService } from './token/client.service.js';
import { TokenController } from './token/token.controller.js';
import { TokenGrantService } from './token/token-grant.service.js';
import { TokenIssuerService } from './token/token-issuer.service.js';
import { UnreadableRequestFilter } from './token/unreadable-request.filter.js';

@Module({})
export class SandboxModule {
  static register(settings: SandboxSettings): DynamicModule {
    return {
      module: SandboxModule,
      controllers: [
        TokenController,
        CheckoutController,
        FaultsController,
        StatsController,
        RedirectTargetController,
      ],
      providers: [
        { provide: SANDBOX_SETTINGS, useValue: settings },
        { provide: APP_FILTER, useClass: UnreadableRequestFilter },
        ClientService,
        FaultQueueService,
        StatsService,
        TokenGrantService,
        TokenIssuerService,
      ],
    };
  }
}
