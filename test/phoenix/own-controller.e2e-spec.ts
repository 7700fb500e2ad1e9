import { Controller, Get, Header, Query, UseFilters } from '@nestjs/common';
import {
  PhoenixExceptionFilter,
  PhoenixIframeService,
  PhoenixTokenService,
} from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';

const REQUIRED = 'address=0x52908400098527886E0F7030069857D2E4169EE7&amount=10';

@UseFilters(PhoenixExceptionFilter)
@Controller('pay')
class PayController {
  constructor(
    private readonly iframes: PhoenixIframeService,
    private readonly tokens: PhoenixTokenService,
  ) {}

  @Get('address')
  @Header('Cache-Control', 'no-store')
  async address(@Query() params: Record<string, unknown>): Promise<{ url: string }> {
    return { url: (await this.iframes.create(params)).url };
  }

  @Get('token')
  async token(): Promise<{ token: string }> {
    return { token: await this.tokens.getAccessToken() };
  }

  @Get('old-token')
  async oldToken(): Promise<{ token: string }> {
    return { token: await this.tokens.getAccessToken({ minRemainingSeconds: NaN }) };
  }

  @Get('mistake')
  mistake(): never {
    throw new TypeError('A mistake of the host.');
  }
}

describe('A controller of the host', () => {
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterAll(() => sandbox.close());

  const host = () =>
    phoenixHost()
      .vendor(sandbox)
      .extras({ controller: false, isGlobal: true })
      .around({ controllers: [PayController] });

  it('answers refused parameters as our own does', async () => {
    await using app = await host().start();

    expect((await app.get(`/pay/address?${REQUIRED}&lang=de`)).body.url).toContain('lang=de');
    const { status, headers, body } = await app.get(`/pay/address?${REQUIRED}&theme=blue`);
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      code: 'invalid_parameters',
      invalid_params: [{ name: 'theme', reason: 'must be light or dark' }],
    });
  });

  it('answers an outage as our own does', async () => {
    await using app = await host().options({ clientSecret: 'wrong' }).start();

    for (const path of ['/pay/token', `/pay/address?${REQUIRED}`]) {
      const { status, headers, body } = await app.get(path);
      expect(status).toBe(503);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body.code).toBe('token_unavailable');
    }
  });

  it('answers a call that cannot work as a mistake, not as an outage, and logs it', async () => {
    await using app = await host().start();

    const { status, headers, body } = await app.get('/pay/old-token');
    expect(status).toBe(500);
    expect(headers['retry-after']).toBeUndefined();
    expect(body.code).toBe('internal_error');
    expect(app.logbook.entries).toContainEqual(
      expect.objectContaining({
        level: 'error',
        parts: expect.arrayContaining([
          expect.stringContaining('minRemainingSeconds must be a finite number'),
        ]) as unknown,
      }),
    );
  });

  it('leaves the mistakes of the host to the host', async () => {
    await using app = await host().start();

    const { status, body } = await app.get('/pay/mistake');
    expect(status).toBe(500);
    expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
  });
});
