import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ApiBearerAuth } from '@nestjs/swagger';
import { PhoenixModule } from 'nestjs-phoenix';
import { readSecret } from './secrets.js';
import { SessionGuard } from './session.guard.js';

@Module({
  imports: [
    ScheduleModule.forRoot(), // once per application: it runs the hourly cron job
    PhoenixModule.forRoot({
      clientId: 'your-client-id',
      clientSecret: () => readSecret('phoenix'), // a string, or asked anew before each request
      controller: {
        guards: [SessionGuard], // who may have a token: your signed-in users
        decorators: [ApiBearerAuth()], // what they present, for Authorize in Swagger UI
      },
    }),
  ],
})
export class AppModule {}
