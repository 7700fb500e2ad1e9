import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import {
  getPhoenixTokenServiceToken,
  PhoenixIframeService,
  PhoenixModule,
  PhoenixTokenService,
} from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';

/** A store of production that no test shall touch. */
const FORBIDDEN_STORE = {
  open: () => {
    throw new Error('The store was opened.');
  },
};

describe('A token service that a test replaces', () => {
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterEach(() => sandbox.close());

  it.each([undefined, 'eu'])(
    'leaves no request, store or cron job of the real one (name: %s)',
    async (name) => {
      const { tokenUrl, clientId, clientSecret } = sandbox;
      const testing = await Test.createTestingModule({
        imports: [
          ScheduleModule.forRoot(),
          PhoenixModule.forRoot({
            ...(name === undefined ? {} : { name }),
            controller: false,
            tokenUrl,
            clientId,
            clientSecret,
            failFast: true,
            store: FORBIDDEN_STORE,
          }),
        ],
      })
        .overrideProvider(getPhoenixTokenServiceToken(name))
        .useValue({ getAccessToken: () => Promise.resolve('of-the-test') })
        .compile();
      const app = await testing.init();
      const tokens = app.get<PhoenixTokenService>(getPhoenixTokenServiceToken(name));
      expect(await tokens.getAccessToken()).toBe('of-the-test');
      expect(app.get(SchedulerRegistry).getCronJobs().size).toBe(0);
      await app.close();
      expect(sandbox.stats().tokenRequests.total).toBe(0);
    },
  );

  it('is what the iframe service builds upon', async () => {
    const testing = await Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRoot({ clientId: 'a', clientSecret: 'b', controller: false }),
      ],
    })
      .overrideProvider(PhoenixTokenService)
      .useValue({
        getToken: () => Promise.resolve({ value: 'of-the-test', expiresAt: new Date() }),
        status: () => ({}),
      })
      .compile();
    const { url } = await testing.get(PhoenixIframeService).create({
      address: '0x52908400098527886E0F7030069857D2E4169EE7',
      amount: '10',
    });
    expect(new URL(url).searchParams.get('access_token')).toBe('of-the-test');
  });
});

describe('A test module that mocks whatever nobody provides', () => {
  it('gets the token that its options lead to', async () => {
    await using sandbox = await PhoenixSandbox.start();
    const { tokenUrl, clientId, clientSecret } = sandbox;
    const testing = await Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        PhoenixModule.forRoot({ controller: false, tokenUrl, clientId, clientSecret }),
      ],
    })
      .useMocker(
        () => new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : () => undefined) }),
      )
      .compile();
    const app = await testing.init();

    expect(await app.get(PhoenixTokenService).getAccessToken()).toBe(sandbox.issuedTokens[0]);
    await app.close();
  });
});
