import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createApp } from '../create-app.js';
import { PhoenixSandbox } from '../sandbox/index.js';
import { listen } from '../service/listen.js';
import { StartupError } from '../service/startup-error.js';
import { DemoModule } from './demo.module.js';
import { DEMO_AUDIENCE, DEMO_ISSUER } from './session.controller.js';

export interface DemoOptions {
  /** Port of the shop and the service; 0 means any free one. */
  readonly port: number;
  /** Port of the sandbox; 0 means any free one. */
  readonly sandboxPort: number;
}

export interface Demo {
  /** Where the shop's checkout page is. */
  readonly url: string;
  readonly apiKey: string;
  readonly sandbox: PhoenixSandbox;
  close(): Promise<void>;
}

/** Short enough to watch a refresh happen. */
const TOKEN_LIFETIME_SECONDS = 240;
/** The demo listens on this machine only. */
const HOST = '127.0.0.1';
const API_KEY = 'demo-key-for-this-machine-only';

/** Starts sandbox and service in this process, with demo credentials and a shop in front. */
export async function startDemo({ port, sandboxPort }: DemoOptions): Promise<Demo> {
  const sandbox = await startSandbox(sandboxPort);
  try {
    configure(sandbox);
    const app = await createApp({
      ignoreEnvFile: true,
      imports: [DemoModule],
      frameSources: [sandbox.origin],
    });
    app.useStaticAssets({
      root: fileURLToPath(new URL('./public', import.meta.url)),
      wildcard: false,
      decorateReply: false,
    });
    await listen(app, { port, host: HOST });
    return {
      url: await app.getUrl(),
      apiKey: API_KEY,
      sandbox,
      close: async () => {
        await app.close();
        await sandbox.close();
      },
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

async function startSandbox(port: number): Promise<PhoenixSandbox> {
  try {
    return await PhoenixSandbox.start({
      port,
      host: HOST,
      tokenLifetimeSeconds: TOKEN_LIFETIME_SECONDS,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    const remedy = reason.startsWith('Port ')
      ? ' In the demo, set SANDBOX_PORT to a free one.'
      : '';
    throw new StartupError(`The sandbox cannot start. ${reason}${remedy}`);
  }
}

/** Replaces whatever `PHOENIX_…` stands in the environment: the demo never talks to the real Phoenix. */
function configure(sandbox: PhoenixSandbox): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('PHOENIX_')) process.env[name] = '';
  }
  Object.assign(process.env, {
    PHOENIX_CLIENT_ID: sandbox.clientId,
    PHOENIX_CLIENT_SECRET: sandbox.clientSecret,
    PHOENIX_TOKEN_URL: sandbox.tokenUrl,
    PHOENIX_IFRAME_URL: sandbox.iframeUrl,
    PHOENIX_PAYMENT_LINKS: 'true',
    PHOENIX_HEALTH_DETAILS: 'public',
    PHOENIX_API_KEYS: API_KEY,
    PHOENIX_DOCS: 'true',
    PHOENIX_JWT_SECRET: randomBytes(32).toString('hex'),
    PHOENIX_JWT_ISSUER: DEMO_ISSUER,
    PHOENIX_JWT_AUDIENCE: DEMO_AUDIENCE,
    LOG_FORMAT: process.env.LOG_FORMAT ?? 'pretty',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
  });
}
