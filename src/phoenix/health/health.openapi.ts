import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PhoenixHealthDto } from './health.dto.js';

const FRESH = {
  state: 'FRESH',
  expires_in: 3120,
  expires_at: '2026-01-01T13:00:00.000Z',
  refresh_after: '2026-01-01T12:50:00.000Z',
  refreshing: false,
  next_refresh_at: '2026-01-01T12:50:00.000Z',
  last_error: null,
};

const NONE = {
  state: 'NONE',
  expires_in: 0,
  expires_at: null,
  refresh_after: null,
  refreshing: false,
  next_refresh_at: '2026-01-01T12:00:30.000Z',
  last_error: { code: 'network_error', at: '2026-01-01T12:00:00.000Z', failures: 3 },
};

/** What a check of the token answers: the whole state, or the verdict alone. */
export function ApiHealthReplies({ details }: { details: boolean }): MethodDecorator {
  const up = { phoenix: { status: 'up', ...(details && FRESH) } };
  const down = { phoenix: { status: 'down', ...(details && NONE) } };
  return applyDecorators(
    ApiExtraModels(PhoenixHealthDto),
    ApiReply(200, 'A usable token is at hand.', {
      status: 'ok',
      info: up,
      error: {},
      details: up,
    }),
    ApiReply(503, 'No usable token, or shutting down.', {
      status: 'error',
      info: {},
      error: down,
      details: down,
    }),
  );
}

function ApiReply(status: number, description: string, example: PhoenixHealthDto): MethodDecorator {
  const schema = { $ref: getSchemaPath(PhoenixHealthDto) };
  return ApiResponse({ status, description, content: { 'application/json': { schema, example } } });
}
