import axios from 'axios';
import type { PhoenixOptions } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { BareVendor } from './bare-vendor.js';
import { phoenixHost } from './harness.js';

const CREDENTIALS = { clientId: 'id with: +ü', clientSecret: 's€cret&=%"/' };
const FORM_ID = 'id+with%3A+%2B%C3%BC';
const FORM_SECRET = 's%E2%82%ACcret%26%3D%25%22%2F';
const BASIC = `Basic ${Buffer.from(`${FORM_ID}:${FORM_SECRET}`).toString('base64')}`;

const requestWith = async (options: Partial<PhoenixOptions>) => {
  await using vendor = await BareVendor.start();
  await using app = await phoenixHost()
    .options({ ...CREDENTIALS, tokenUrl: vendor.tokenUrl, ...options })
    .start();
  await app.tokens.getAccessToken();
  expect(vendor.requests).toHaveLength(1);
  return vendor.requests[0]!;
};

describe('The token request', () => {
  it('posts JSON with the credentials in its body unless told otherwise', async () => {
    const { method, url, headers, body } = await requestWith({});

    expect([method, url]).toEqual(['POST', '/oauth/token']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(headers).not.toHaveProperty('authorization');
    expect(JSON.parse(body)).toEqual({
      grant_type: 'client_credentials',
      client_id: CREDENTIALS.clientId,
      client_secret: CREDENTIALS.clientSecret,
    });
  });

  it('posts JSON with the credentials as HTTP Basic', async () => {
    const { headers, body } = await requestWith({ clientAuthentication: 'basic' });

    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: BASIC });
    expect(JSON.parse(body)).toEqual({ grant_type: 'client_credentials' });
  });

  it('posts a form with the credentials in its body', async () => {
    const { headers, body } = await requestWith({ tokenRequestFormat: 'form' });

    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers).not.toHaveProperty('authorization');
    expect(body).toBe(
      `grant_type=client_credentials&client_id=${FORM_ID}&client_secret=${FORM_SECRET}`,
    );
  });

  it('posts a form with the credentials as HTTP Basic', async () => {
    const { headers, body } = await requestWith({
      tokenRequestFormat: 'form',
      clientAuthentication: 'basic',
      scope: 'iframe orders',
    });

    expect(headers.authorization).toBe(BASIC);
    expect(body).toBe('grant_type=client_credentials&scope=iframe+orders');
  });

  it.each([
    ['json', 'body', 'application/json'],
    ['json', 'basic', 'application/json'],
    ['form', 'body', 'application/x-www-form-urlencoded'],
    ['form', 'basic', 'application/x-www-form-urlencoded'],
  ] as const)(
    'as %s with credentials in %s is understood',
    async (format, authentication, type) => {
      await using sandbox = await PhoenixSandbox.start(CREDENTIALS);
      await using app = await phoenixHost()
        .vendor(sandbox)
        .options({ tokenRequestFormat: format, clientAuthentication: authentication })
        .start();

      expect((await app.get('/phoenix/token')).status).toBe(200);
      expect(sandbox.stats().lastTokenRequest).toEqual({ contentType: type, authentication });
    },
  );

  it('keeps the query of the token URL', async () => {
    await using vendor = await BareVendor.start();
    await using app = await phoenixHost()
      .options({ tokenUrl: `${vendor.tokenUrl}?tenant=a` })
      .start();
    await app.tokens.getAccessToken();

    expect(vendor.requests[0]!.url).toBe('/oauth/token?tenant=a');
  });
});

/** Regression: an instance of axios copies the defaults of the global one, credentials included. */
describe('The axios of the host', () => {
  const defaults = { ...axios.defaults, headers: { ...axios.defaults.headers.common } };
  let seenByHost: string[];
  let interceptors: [number, number];

  beforeEach(() => {
    seenByHost = [];
    interceptors = [
      axios.interceptors.request.use((config) => {
        seenByHost.push(config.url ?? '');
        return config;
      }),
      axios.interceptors.response.use((response) => {
        seenByHost.push(JSON.stringify(response.data));
        return response;
      }),
    ];
  });
  afterEach(() => {
    axios.interceptors.request.eject(interceptors[0]);
    axios.interceptors.response.eject(interceptors[1]);
    for (const name of Object.keys(axios.defaults) as (keyof typeof axios.defaults)[]) {
      if (!(name in defaults)) Reflect.deleteProperty(axios.defaults, name);
    }
    Object.assign(axios.defaults, { ...defaults, headers: axios.defaults.headers });
    axios.defaults.headers.common = { ...defaults.headers };
  });

  const changeDefaults = (elsewhere: string) => {
    Object.assign(axios.defaults.headers.common, {
      Authorization: 'Bearer of-the-host',
      Cookie: 'session=of-the-host',
      'X-Internal': 'of-the-host',
    });
    Object.assign(axios.defaults, {
      baseURL: elsewhere,
      allowAbsoluteUrls: false,
      params: { key: 'of-the-host' },
      auth: { username: 'of', password: 'the-host' },
      timeout: 1,
      maxRedirects: 5,
      responseType: 'stream',
      transformRequest: [() => 'of-the-host'],
      transformResponse: [() => 'of-the-host'],
      validateStatus: () => false,
    });
  };

  it.each(['before', 'after'])(
    'neither sees nor changes our request when it is configured %s the module starts',
    async (when) => {
      await using vendor = await BareVendor.start();
      await using elsewhere = await BareVendor.start();
      const host = phoenixHost().options({
        ...CREDENTIALS,
        tokenUrl: vendor.tokenUrl,
        clientAuthentication: 'basic',
        eager: false,
      });
      if (when === 'before') changeDefaults(elsewhere.origin);
      await using app = await host.start();
      if (when === 'after') changeDefaults(elsewhere.origin);

      const { status } = await app.get('/phoenix/token');

      expect(status).toBe(200);
      expect(elsewhere.requests).toEqual([]);
      expect(seenByHost).toEqual([]);
      const [request] = vendor.requests;
      expect(request!.url).toBe('/oauth/token');
      expect(request!.headers.authorization).toBe(BASIC);
      expect(JSON.stringify(request)).not.toContain('of-the-host');
    },
  );

  it('keeps its own defaults and interceptors', async () => {
    await using vendor = await BareVendor.start();
    await using app = await phoenixHost().options({ tokenUrl: vendor.tokenUrl }).start();
    await app.tokens.getAccessToken();

    await axios.post(vendor.origin, { a: 1 });

    expect(seenByHost).toEqual([vendor.origin, expect.stringContaining('access_token')]);
  });
});
