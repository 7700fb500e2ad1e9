import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { SESSION_SCHEME } from '../common/session-scheme.js';
import { StockService } from './stock.service.js';

class ReservationDto {
  @IsString()
  article!: string;

  @IsInt()
  @Min(1)
  @Max(100)
  pieces!: number;
}

@ApiTags('Catalog')
@ApiBearerAuth(SESSION_SCHEME)
@Controller('articles')
export class CatalogController {
  constructor(private readonly stock: StockService) {}

  @Get('stock')
  async getStock(): Promise<{ pieces: number }> {
    return { pieces: await this.stock.count() };
  }

  @Post('reservations')
  reserve(@Body() { article, pieces }: ReservationDto): { reserved: string } {
    return { reserved: `${pieces} of ${article}` };
  }
}
