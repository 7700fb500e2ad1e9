import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { ServiceProcess } from './service-process.js';

export const API_KEY = 'service-test-key-0123456789';

/** What the service needs to run against a sandbox. */
export function environmentFor(sandbox: PhoenixSandbox): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    PHOENIX_CLIENT_ID: sandbox.clientId,
    PHOENIX_CLIENT_SECRET: sandbox.clientSecret,
    PHOENIX_TOKEN_URL: sandbox.tokenUrl,
    PHOENIX_IFRAME_URL: sandbox.iframeUrl,
    PHOENIX_API_KEYS: API_KEY,
    LOG_LEVEL: 'verbose',
  };
}

/** The built service in a process of its own, against a sandbox of its own. */
export class TestService implements AsyncDisposable {
  private constructor(
    readonly process: ServiceProcess,
    readonly sandbox: PhoenixSandbox,
    readonly url: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TestService> {
    const sandbox = await PhoenixSandbox.start();
    const process = new ServiceProcess('main.js', { ...environmentFor(sandbox), ...environment });
    const [, port = ''] = await process.printed(/"Listening on port (\d+)/);
    return new TestService(process, sandbox, `http://127.0.0.1:${port}`);
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.url + path, { headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.sandbox.close();
  }
}
