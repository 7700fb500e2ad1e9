import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { RouterModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule } from 'nestjs-phoenix';
import { AuthModule } from './auth/auth.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { CommonModule } from './common/common.module.js';
import { HealthModule } from './health/health.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { ReportsModule } from './reports/reports.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    ScheduleModule.forRoot(),
    AuthModule,
    CommonModule,
    CatalogModule,
    PaymentsModule,
    ReportsModule,
    HealthModule,
    RouterModule.register([
      { path: 'shop', module: CatalogModule },
      { path: 'pay', module: PhoenixModule }, // all three accounts: they are one class
    ]),
  ],
})
export class AppModule {}
