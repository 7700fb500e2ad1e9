import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule } from 'nestjs-phoenix';
import { CheckoutService } from './checkout.service.js';
import { JWT_SECRET } from './jwt.js';
import { PartnerGuard, PartnersModule } from './partners.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ ignoreEnvFile: true }),
    ScheduleModule.forRoot(),
    PhoenixModule.forRootAsync({
      imports: [ConfigModule, PartnersModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.getOrThrow<string>('SHOP_CLIENT_ID'),
        clientSecret: config.getOrThrow<string>('SHOP_CLIENT_SECRET'),
        tokenUrl: config.getOrThrow<string>('SHOP_TOKEN_URL'),
      }),
      controller: { guards: [PartnerGuard] },
    }),
    PhoenixModule.forRootAsync({
      name: 'users',
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.getOrThrow<string>('SHOP_CLIENT_ID'),
        clientSecret: config.getOrThrow<string>('SHOP_CLIENT_SECRET'),
        tokenUrl: config.getOrThrow<string>('SHOP_TOKEN_URL'),
        eager: false,
        jwt: { secret: JWT_SECRET },
      }),
      controller: { path: 'phoenix-for-users' },
      health: false,
    }),
  ],
  providers: [CheckoutService],
})
export class AppModule {}
