import { Controller, Get, Header, UseFilters } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { InjectPhoenix, PhoenixExceptionFilter, PhoenixTokenService } from 'nestjs-phoenix';
import { SESSION_SCHEME } from '../common/session-scheme.js';

/** A route of the shop's own in place of the library's. */
@ApiTags('Kiosk')
@ApiBearerAuth(SESSION_SCHEME)
@UseFilters(PhoenixExceptionFilter)
@Controller('kiosk')
export class KioskController {
  constructor(@InjectPhoenix('kiosk') private readonly phoenix: PhoenixTokenService) {}

  @Get('token')
  @Header('Cache-Control', 'no-store')
  async getToken(): Promise<{ token: string }> {
    return { token: await this.phoenix.getAccessToken() };
  }
}
