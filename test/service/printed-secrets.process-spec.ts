import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { LeakNet } from '../phoenix/leak-net.js';
import { ServiceProcess } from './service-process.js';
import { environmentFor } from './service.js';

const SECRETS = {
  'the client secret': 'client secret of the partner',
  'the API key': 'an api key of the partner',
  'the JWT secret': 'a jwt secret of thirty-two bytes or more',
  'the password of Redis': 'password-of-redis',
  'the encryption key': Buffer.alloc(32, 'k').toString('base64'),
};

describe('inspect() of the service', () => {
  it('shows no secret of its environment, whichever provider holds it', async () => {
    await using sandbox = await PhoenixSandbox.start({
      clientSecret: SECRETS['the client secret'],
    });
    await using service = new ServiceProcess('../test/service/inspecting-main.mjs', {
      ...environmentFor(sandbox),
      PHOENIX_API_KEYS: SECRETS['the API key'],
      PHOENIX_JWT_SECRET: SECRETS['the JWT secret'],
      PHOENIX_JWT_AUDIENCE: 'checkout',
      PHOENIX_REDIS_URL: `redis://:${SECRETS['the password of Redis']}@127.0.0.1:9`,
      PHOENIX_ENCRYPTION_KEYS: `one:${SECRETS['the encryption key']}`,
      LOG_LEVEL: 'error',
    });
    expect(await service.exited).toEqual({ code: 0, signal: null });
    const { token, texts } = JSON.parse(service.stdout) as { token: string; texts: string[] };
    const net = new LeakNet().guard('the access token', token);
    for (const [name, secret] of Object.entries(SECRETS)) net.guard(name, secret);
    net.collect('the application', texts.join('\n'));
    expect(net.leaks).toEqual([]);
    expect(texts).toContain('phoenix');
  });
});
