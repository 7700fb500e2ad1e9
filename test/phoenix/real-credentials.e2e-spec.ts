import { Test } from '@nestjs/testing';
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from '../../src/phoenix/index.js';
import { PhoenixSandboxModule } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';
import { Logbook } from './logbook.js';

/** Nobody answers there, and nobody could: the name is reserved. */
const VENDOR = 'https://phoenix.invalid/oauth/token';

const options = (tokenUrl = VENDOR) => ({
  clientId: 'partner',
  clientSecret: 'the real secret',
  tokenUrl,
  eager: false,
});

describe('Real credentials in tests', () => {
  let environment: string | undefined;
  let logbook: Logbook;

  beforeEach(() => {
    environment = process.env.NODE_ENV;
    logbook = new Logbook();
  });
  afterEach(() => {
    process.env.NODE_ENV = environment;
  });

  const testing = () =>
    Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRoot({ ...options(), controller: false }),
      ],
    }).setLogger(logbook);

  it('are told of once, with the two ways out', async () => {
    await (await phoenixHost().options(options()).logbook(logbook).start()).close();

    const warnings = logbook.ofPhoenix('warn').filter((line) => line.includes('NODE_ENV'));
    expect(warnings).toEqual([expect.stringContaining('phoenix.invalid')]);
    expect(warnings[0]).toContain('PhoenixSandboxModule.forRoot()');
    expect(warnings[0]).toContain('overrideProvider(PhoenixTokenService)');
    expect(warnings[0]).not.toContain('the real secret');
  });

  it.each(['production', 'development', undefined])(
    'are nobody’s concern with NODE_ENV %s',
    async (value) => {
      if (value === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = value;
      await (await phoenixHost().options(options()).logbook(logbook).start()).close();

      expect(logbook.ofPhoenix('warn').join()).not.toContain('NODE_ENV');
    },
  );

  it.each(['http://127.0.0.1:9/token', 'https://localhost:9/token', 'http://[::1]:9/token'])(
    'do not leave the machine for %s',
    async (tokenUrl) => {
      await (await phoenixHost().options(options(tokenUrl)).logbook(logbook).start()).close();

      expect(logbook.ofPhoenix('warn').join()).not.toContain('NODE_ENV');
    },
  );

  it('are not sent with a sandbox, nor by a service that was replaced', async () => {
    const withSandbox = await Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRoot({ ...options(), controller: false }),
        PhoenixSandboxModule.forRoot(),
      ],
    })
      .setLogger(logbook)
      .compile();
    await withSandbox.close();
    const replaced = await testing()
      .overrideProvider(PhoenixTokenService)
      .useValue({ getAccessToken: () => Promise.resolve('of the test') })
      .compile();
    await replaced.close();
    expect(logbook.ofPhoenix('warn').join()).not.toContain('NODE_ENV');
    await (await testing().compile()).close();
    expect(logbook.ofPhoenix('warn').join()).toContain('NODE_ENV');
  });
});
