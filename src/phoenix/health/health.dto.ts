import { ApiProperty } from '@nestjs/swagger';

const INDICATORS = {
  type: 'object' as const,
  additionalProperties: {
    type: 'object' as const,
    required: ['status'],
    properties: { status: { type: 'string' as const, enum: ['up', 'degraded', 'down'] } },
    additionalProperties: true,
  },
};

const UP = {
  phoenix: {
    status: 'up',
    state: 'FRESH',
    expires_in: 3120,
    expires_at: '2026-01-01T13:00:00.000Z',
    refresh_after: '2026-01-01T12:50:00.000Z',
    refreshing: false,
    next_refresh_at: '2026-01-01T12:50:00.000Z',
    last_error: null,
  },
};

/** A Terminus health check result. */
export class PhoenixHealthDto {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'], example: 'ok' })
  status!: string;

  @ApiProperty({ ...INDICATORS, description: 'Indicators that are up or degraded.', example: UP })
  info!: object;

  @ApiProperty({ ...INDICATORS, description: 'Indicators that are down.', example: {} })
  error!: object;

  @ApiProperty({ ...INDICATORS, description: 'All indicators.', example: UP })
  details!: object;
}

/** The answer of a process that is alive. */
export class PhoenixLivenessDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
