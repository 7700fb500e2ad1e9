import { Controller, Delete, Get, Header, HttpCode } from '@nestjs/common';
import type { SandboxStats } from './sandbox-stats.js';
import { StatsService } from './stats.service.js';

@Controller('sandbox/stats')
export class StatsController {
  constructor(private readonly stats: StatsService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  read(): SandboxStats {
    return this.stats.snapshot();
  }

  @Delete()
  @HttpCode(204)
  reset(): void {
    this.stats.reset();
  }
}
