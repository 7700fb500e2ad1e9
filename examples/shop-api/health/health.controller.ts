import { Controller, Get, Inject, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  HealthCheck,
  HealthCheckService,
  MemoryHealthIndicator,
  type HealthCheckResult,
} from '@nestjs/terminus';
import { getPhoenixHealthIndicatorToken, PhoenixHealthIndicator } from 'nestjs-phoenix';
import { Public } from '../auth/public.decorator.js';

const MOST_HEAP_BYTES = 2 ** 32;

/** The shop's own readiness: its memory, and two of its Phoenix accounts. */
@Public(true)
@ApiExcludeController()
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly memory: MemoryHealthIndicator,
    private readonly phoenix: PhoenixHealthIndicator,
    @Inject(getPhoenixHealthIndicatorToken('eu'))
    private readonly phoenixEu: PhoenixHealthIndicator,
  ) {}

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.memory.checkHeap('heap', MOST_HEAP_BYTES),
      () => this.phoenix.checkReadiness(),
      () => this.phoenixEu.checkReadiness(),
    ]);
  }
}
