import { AsyncLocalStorage } from 'node:async_hooks';
import type { PhoenixTokenEvent } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';

/** As nestjs-cls, OpenTelemetry and loggers keep what belongs to a request. */
const requests = new AsyncLocalStorage<string>();

describe('A renewal that a request caused', () => {
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterAll(() => sandbox.close());

  it('runs outside the async context of that request', async () => {
    const asked: (string | undefined)[] = [];
    const heard: [PhoenixTokenEvent['type'], string | undefined][] = [];
    await using app = await phoenixHost()
      .vendor(sandbox)
      .options({
        eager: false,
        clientSecret: () => {
          asked.push(requests.getStore());
          return sandbox.clientSecret;
        },
      })
      .start();
    app.tokens.events$.subscribe(({ type }) => heard.push([type, requests.getStore()]));

    const first = await requests.run('of Alice', () => app.tokens.getAccessToken());
    await requests.run('of Bob', async () => {
      app.tokens.invalidate(first);
      expect(await app.tokens.getAccessToken()).not.toBe(first);
      expect(requests.getStore()).toBe('of Bob');
    });

    expect(asked).toEqual([undefined, undefined]);
    expect(heard).toEqual([
      ['refreshed', undefined],
      ['handed_out', 'of Alice'],
      ['invalidated', 'of Bob'],
      ['refreshed', undefined],
      ['handed_out', 'of Bob'],
    ]);
  });
});
