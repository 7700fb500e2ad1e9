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

/** A Terminus health check result. */
export class PhoenixHealthDto {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'] })
  status!: string;

  @ApiProperty({ ...INDICATORS, description: 'Indicators that are up or degraded.' })
  info!: object;

  @ApiProperty({ ...INDICATORS, description: 'Indicators that are down.' })
  error!: object;

  @ApiProperty({ ...INDICATORS, description: 'All indicators.' })
  details!: object;
}

/** The answer of a process that is alive. */
export class PhoenixLivenessDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
