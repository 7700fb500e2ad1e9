import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { EVERY_PLATFORM, phoenixHost } from './harness.js';

describe.each(EVERY_PLATFORM)('GET /phoenix/token on $platform by $form', (kind) => {
  const clock = new FakeClock();
  let sandbox: PhoenixSandbox;

  beforeAll(async () => {
    sandbox = await PhoenixSandbox.start({ now: () => clock.wallMs() });
  });
  afterEach(() => {
    sandbox.clearFaults();
  });
  afterAll(() => sandbox.close());

  const host = () => phoenixHost(kind).vendor(sandbox).clock(clock);

  it('hands out the token in the words of OAuth', async () => {
    await using app = await host().start();
    const issuedAtMs = clock.wallMs();

    const { status, body } = await app.get('/phoenix/token');

    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: sandbox.issuedTokens.at(-1),
      token_type: 'Bearer',
      expires_in: 3599,
      expires_at: new Date(issuedAtMs + 3_599_000).toISOString(),
      scope: 'iframe',
    });
  });

  it('forbids every cache to keep it', async () => {
    await using app = await host().start();

    const { headers } = await app.get('/phoenix/token');

    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'content-type': expect.stringMatching(/^application\/json/) as unknown,
    });
  });

  it('counts down the life that is left', async () => {
    await using app = await host().start();
    await app.get('/phoenix/token');
    await clock.advance(100_500);

    const { body } = await app.get('/phoenix/token');

    expect(body.expires_in).toBe(3498);
  });

  it('leaves scope out when the vendor named none', async () => {
    sandbox.setFault({ kind: 'token', remove: ['scope'] });
    await using app = await host().start();

    const { body } = await app.get('/phoenix/token');

    expect(body).not.toHaveProperty('scope');
  });

  it('answers HEAD with the headers alone', async () => {
    await using app = await host().start();

    const { status, headers, text } = await app.send('HEAD', '/phoenix/token');

    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toBeFalsy();
  });

  it('guards HEAD as well', async () => {
    await using app = await host().start();

    expect((await app.send('HEAD', '/phoenix/token', {})).status).toBe(401);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('does not know %s', async (method) => {
    await using app = await host().start();

    const { status, text } = await app.send(method, '/phoenix/token');

    expect(status).toBe(404);
    expect(text).not.toContain('access_token');
  });

  it('tells nothing to OPTIONS', async () => {
    await using app = await host().start();

    const { text } = await app.send('OPTIONS', '/phoenix/token');

    expect(text).not.toContain('access_token');
  });

  it('lets the host answer a preflight', async () => {
    await using app = await host()
      .prepare((nest) => {
        nest.enableCors({ origin: 'https://shop.example' });
      })
      .start();

    const { status, headers } = await app.send('OPTIONS', '/phoenix/token', {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'GET',
    });

    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
  });
});
