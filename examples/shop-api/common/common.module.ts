import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { EnvelopeInterceptor } from './envelope.interceptor.js';
import { ShopErrorFilter } from './shop-error.filter.js';
import { ThrottleGuard } from './throttle.guard.js';

/** What applies to every route, the library's too. The guard of AuthModule comes first. */
@Module({
  imports: [AuthModule],
  providers: [
    { provide: APP_GUARD, useClass: ThrottleGuard },
    { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
    { provide: APP_FILTER, useClass: ShopErrorFilter },
  ],
})
export class CommonModule {}
