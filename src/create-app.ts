import helmet from '@fastify/helmet';
import { Logger, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { phoenixConfig } from './phoenix/index.js';
import { answerFrameworkError } from './service/http-problem.js';
import { logAccess } from './service/access.logger.js';
import { DEFAULT_LIMITS, type AppLimits } from './service/app-limits.js';
import { unreadVariables, validateEnvironment } from './service/configuration.js';
import { serveOpenApi } from './service/openapi.document.js';
import { serviceConfig } from './service/service.config.js';
import { createServiceLogger } from './service/service.logger.js';

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
  const { ignoreEnvFile = false, imports = [], frameSources = [] } = options;
  const { requestTimeoutMs, shutdownGraceMs } = options.limits ?? DEFAULT_LIMITS;
  const config = await ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile });
  // Given to ConfigModule, the check would have it keep the environment where `inspect(app)` prints it.
  validateEnvironment(process.env);
  const settings = serviceConfig();
  const { allowedOrigins = [] } = phoenixConfig();

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(settings, [config, ...imports]),
    new FastifyAdapter({
      trustProxy: settings.trustProxy,
      frameworkErrors: answerFrameworkError,
      requestTimeout: requestTimeoutMs,
      // Node.js enforces no requestTimeout that is shorter than the headersTimeout.
      http: {
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: requestTimeoutMs / 10,
      },
    }),
    { logger: createServiceLogger(settings), abortOnError: false },
  );
  for (const name of unreadVariables(process.env)) {
    new Logger('Service').warn(`${name} is set, but nothing reads it. Check its spelling.`);
  }
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        ...CONTENT_SECURITY_POLICY,
        ...(frameSources.length > 0 && { frameSrc: [...frameSources] }),
      },
    },
  });
  if (allowedOrigins.length > 0) {
    app.enableCors({
      origin: [...allowedOrigins],
      methods: ['GET'],
      exposedHeaders: ['Retry-After', 'WWW-Authenticate'],
    });
  }
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    logAccess(request, reply);
    done();
  });
  fastify.addHook('preClose', (done) => {
    setTimeout(() => {
      fastify.server.closeAllConnections();
    }, shutdownGraceMs).unref();
    done();
  });
  serveOpenApi(app);
  app.enableShutdownHooks();
  return app;
}

/** Swagger UI needs inline styles; nothing needs inline scripts. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  upgradeInsecureRequests: null,
};
