import type { ExecutionContext } from '@nestjs/common';

/** What Express and Fastify requests have in common, as far as we look. */
export interface PlatformRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  user?: unknown;
}

/** Like `switchToHttp().getRequest()`, which makes three functions each time. */
export function requestOf(context: ExecutionContext): PlatformRequest {
  return context.getArgByIndex<PlatformRequest>(0);
}

/** A header that was sent exactly once; undefined otherwise. */
export function headerOf(request: PlatformRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
