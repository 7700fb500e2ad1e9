import helmet from '@fastify/helmet';
import { Logger, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { phoenixConfig } from './phoenix/index.js';
import { answerFrameworkError } from './service/http-problem.js';
import { logAccess } from './service/access.logger.js';
import { unreadVariables, validateEnvironment } from './service/configuration.js';
import { serveOpenApi } from './service/openapi.document.js';
import { serviceConfig } from './service/service.config.js';
import { createServiceLogger } from './service/service.logger.js';

/** Longest time for a request to arrive, since one that never ends would hold its socket for good. */
const REQUEST_TIMEOUT_MS = 10_000;
const REQUEST_CHECK_INTERVAL_MS = 1_000;
/** How long a shutdown lets requests under way go on. */
const SHUTDOWN_GRACE_MS = 10_000;

export interface AppOptions {
  /** Whether to leave a `.env` file unread. Default false. */
  readonly ignoreEnvFile?: boolean;
  /** Modules to run beside the service. Default: none. */
  readonly imports?: NonNullable<DynamicModule['imports']>;
  /** Origins that pages of this process may embed. Default: none. */
  readonly frameSources?: readonly string[];
}

/**
 * Makes the service, ready to listen.
 *
 * @throws {ConfigurationError} that lists everything that is wrong with the environment
 */
export async function createApp(options: AppOptions = {}): Promise<NestFastifyApplication> {
  const { ignoreEnvFile = false, imports = [], frameSources = [] } = options;
  const config = await ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile,
    validate: validateEnvironment,
  });
  const settings = serviceConfig();
  const { allowedOrigins = [] } = phoenixConfig();

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register([config, ...imports]),
    new FastifyAdapter({
      trustProxy: settings.trustProxy,
      frameworkErrors: answerFrameworkError,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Node.js enforces no requestTimeout that is shorter than the headersTimeout.
      http: {
        headersTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: REQUEST_CHECK_INTERVAL_MS,
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
    }, SHUTDOWN_GRACE_MS).unref();
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
