import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthService } from './auth.service.js';
import { SignedInGuard } from './signed-in.guard.js';

/** Everything in the shop is for customers who are signed in, unless it is marked as public. */
@Module({
  providers: [AuthService, { provide: APP_GUARD, useClass: SignedInGuard }],
  exports: [AuthService],
})
export class AuthModule {}
