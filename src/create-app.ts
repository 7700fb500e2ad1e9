import { Logger, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { phoenixConfig } from './phoenix/index.js';
import { DEFAULT_LIMITS, type AppLimits } from './service/app-limits.js';
import { unreadVariables, validateEnvironment } from './service/configuration.js';
import { serveOpenApi } from './service/openapi.document.js';
import { createRateLimit } from './service/rate-limit.js';
import { ServiceAdapter } from './service/service.adapter.js';
import { serviceConfig } from './service/service.config.js';
import { createServiceLogger } from './service/service.logger.js';
import { storeConfig } from './service/store.config.js';

export interface AppOptions {
  /** Whether to leave a `.env` file unread. Default false. */
  readonly ignoreEnvFile?: boolean;
  /** Modules to run beside the service. Default: none. */
  readonly imports?: NonNullable<DynamicModule['imports']>;
  /** Origins that pages of this process may embed. Default: none. */
  readonly frameSources?: readonly string[];
  /** Default: {@link DEFAULT_LIMITS}. */
  readonly limits?: AppLimits;
}

/**
 * Makes the service, ready to listen.
 *
 * @throws {ConfigurationError} that lists everything that is wrong with the environment
 */
export async function createApp(options: AppOptions = {}): Promise<NestFastifyApplication> {
  const {
    ignoreEnvFile = false,
    imports = [],
    frameSources = [],
    limits = DEFAULT_LIMITS,
  } = options;
  const config = await ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile });
  // Given to ConfigModule, the check would have it keep the environment where `inspect(app)` prints it.
  validateEnvironment(process.env);
  const settings = serviceConfig();
  const store = storeConfig();
  const { allowedOrigins = [] } = phoenixConfig();

  const adapter = new ServiceAdapter(settings, limits);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register({ ...settings, store, imports: [config, ...imports] }),
    adapter,
    { logger: createServiceLogger(settings), abortOnError: false },
  );
  for (const name of unreadVariables(process.env)) {
    new Logger('Service').warn(`${name} is set, but nothing reads it. Check its spelling.`);
  }
  // Not before the application: one that cannot start leaves no connection open.
  const rateLimit = await createRateLimit(settings.rateLimitPerMinute, store);
  if (rateLimit !== undefined) adapter.limitRequests(rateLimit);
  if (allowedOrigins.length > 0) {
    app.enableCors({
      origin: [...allowedOrigins],
      methods: ['GET'],
      exposedHeaders: ['Retry-After', 'WWW-Authenticate'],
    });
  }
  if (settings.docs || frameSources.length > 0) adapter.servePages(frameSources);
  if (settings.docs) serveOpenApi(app);
  app.enableShutdownHooks([], { useProcessExit: true });
  return app;
}
