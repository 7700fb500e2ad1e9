import { connect } from 'node:net';
import { once } from 'node:events';
import { Logger, type LoggerService } from '@nestjs/common';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { json, postJson } from './requests.js';

describe('The life of a sandbox', () => {
  const started: PhoenixSandbox[] = [];
  const start: typeof PhoenixSandbox.start = async (options) => {
    const sandbox = await PhoenixSandbox.start(options);
    started.push(sandbox);
    return sandbox;
  };
  afterEach(() => Promise.all(started.splice(0).map((sandbox) => sandbox.close())));

  describe('start', () => {
    it('takes a free port of this machine, and demo credentials that work', async () => {
      const sandbox = await start();

      expect(sandbox.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(sandbox.tokenUrl).toBe(`${sandbox.origin}/oauth/token`);
      expect(sandbox.iframeUrl).toBe(`${sandbox.origin}/`);
      expect((await postJson(sandbox)).status).toBe(200);
    });

    it('follows its options', async () => {
      const sandbox = await start({
        host: 'localhost',
        clientId: 'id',
        clientSecret: 'secret',
        tokenLifetimeSeconds: 7,
      });

      expect(sandbox).toMatchObject({ clientId: 'id', clientSecret: 'secret' });
      expect(sandbox.origin).toMatch(/^http:\/\/localhost:/);
      expect(await json(postJson(sandbox))).toMatchObject({ expires_in: 7 });
    });

    it('names a reachable origin when it listens everywhere', async () => {
      const sandbox = await start({ host: '0.0.0.0' });

      expect(sandbox.origin).toMatch(/^http:\/\/127\.0\.0\.1:/);
      expect((await postJson(sandbox)).status).toBe(200);
    });

    it('signs with a key of its own, so that tokens of another sandbox are refused', async () => {
      const [one, other] = await Promise.all([start(), start()]);
      const page = await fetch(
        `${one.iframeUrl}?address=0xabc&amount=25&access_token=${await other.issueToken()}`,
      );

      expect(page.status).toBe(401);
    });

    it('names each option that is not valid', async () => {
      await expect(start({ port: -1, clientSecret: '', signingKey: '' })).rejects.toThrow(
        /port[^]*clientSecret[^]*signingKey|clientSecret[^]*port|signingKey[^]*port/,
      );
    });

    it('refuses to run in production', async () => {
      const before = process.env.NODE_ENV;
      process.env.NODE_ENV = 'production';
      try {
        await expect(start()).rejects.toThrow(/NODE_ENV=production.*real token URL/);
      } finally {
        process.env.NODE_ENV = before;
      }
    });

    it('names the port that is in use, and the remedy', async () => {
      const { origin } = await start();
      const port = Number(new URL(origin).port);

      await expect(start({ port })).rejects.toThrow(
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use\\. .* set the option "port"`),
      );
    });

    it('is quiet, and leaves the logger of the process as it was', async () => {
      const lines: unknown[] = [];
      const write = (line: unknown) => lines.push(line);
      const logger: LoggerService = { log: write, error: write, warn: write };
      Logger.overrideLogger(logger);
      try {
        await Promise.all([start(), start()]);
        expect(lines).toEqual([]);

        Logger.log('from the host');
        expect(lines).toEqual(['from the host']);
      } finally {
        Logger.overrideLogger(false);
      }
    });

    it('uses the logger it is given', async () => {
      const lines: unknown[] = [];
      const write = (line: unknown) => lines.push(line);
      try {
        const { origin } = await start({ logger: { log: write, error: write, warn: write } });
        expect(lines).toEqual([`The sandbox listens on ${origin}`]);
      } finally {
        Logger.overrideLogger(false);
      }
    });
  });

  describe('close', () => {
    it('cuts requests that a fault holds, and can be repeated', async () => {
      const sandbox = await start();
      sandbox.setFault({ kind: 'hang', times: 1 });
      sandbox.setFault({ kind: 'token', delayMs: 600_000, times: 1 });
      sandbox.setFault({ kind: 'hang-body', times: 1 });
      const held = [1, 2, 3].map(async () => (await postJson(sandbox)).text());
      await sandbox.tokenRequestArrived(3);
      await Promise.all([sandbox.close(), sandbox.close()]);

      expect(await Promise.allSettled(held)).toMatchObject(
        held.map(() => ({ status: 'rejected' })),
      );
      await expect(fetch(sandbox.origin)).rejects.toThrow('fetch failed');
    });

    it('cuts connections that have not sent anything', async () => {
      const sandbox = await start();
      const silent = connect(Number(new URL(sandbox.origin).port), '127.0.0.1');
      await once(silent, 'connect');
      const closed = once(silent, 'close');
      silent.resume();
      await sandbox.close();
      await closed;

      expect(silent.destroyed).toBe(true);
    });

    it('cuts a held request whose client did not ask to keep the connection', async () => {
      const sandbox = await start();
      sandbox.setFault({ kind: 'hang' });
      const client = connect(Number(new URL(sandbox.origin).port), '127.0.0.1');
      const closed = once(client, 'close');
      client.resume();
      client.write('POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
      await sandbox.tokenRequestArrived(1);
      await sandbox.close();
      await closed;

      expect(client.bytesRead).toBe(0);
    });

    it('runs at the end of `await using`', async () => {
      const sandbox = await start();
      await sandbox[Symbol.asyncDispose]();

      await expect(fetch(sandbox.origin)).rejects.toThrow('fetch failed');
    });
  });

  it('follows an injected clock', async () => {
    let now = Date.UTC(2030, 0, 1);
    const sandbox = await start({ now: () => now });
    const page = `${sandbox.iframeUrl}?address=0xabc&amount=25&access_token=${await sandbox.issueToken()}`;

    expect((await fetch(page)).status).toBe(200);
    now += 3599_000;
    expect((await fetch(page)).status).toBe(200);
    now += 1_000;
    expect((await fetch(page)).status).toBe(401);
  });
});
