import { FakeClock } from '../../../test/support/fake-clock.js';
import { PhoenixError } from '../phoenix-error.js';
import { settingsFrom } from '../phoenix.settings.js';
import { AccessToken, instantOf } from '../token/access-token.js';
import type { PhoenixTokenService } from '../token/phoenix-token.service.js';
import { InvalidIframeParamsError, PhoenixIframeService } from './phoenix-iframe.service.js';

const clock = new FakeClock();
const token = new AccessToken(
  { value: 'token', requestedAt: instantOf(clock), lifetimeMs: 3_600_000, scope: [] },
  clock,
);
const refreshAfter = new Date(clock.wallMs() + 3_000_000);

const { fingerprint } = token;

const serviceWith = (
  status: { fingerprint?: string; refreshAfter?: Date } = { fingerprint, refreshAfter },
) =>
  new PhoenixIframeService(
    { getToken: () => Promise.resolve(token), status: () => status } as PhoenixTokenService,
    settingsFrom({ clientId: 'partner', clientSecret: 'secret', requiredIframeParams: [] }),
  );

describe('PhoenixIframeService', () => {
  it('needs nothing to make a URL where nothing is required', async () => {
    expect(await serviceWith().create()).toEqual({
      url: 'https://app-partner.phoenix.market/?access_token=token',
      origin: 'https://app-partner.phoenix.market',
      allow: 'clipboard-write',
      width: 350,
      height: 600,
      title: 'Phoenix payment',
      token,
      refreshAfter,
    });
  });

  it.each([
    ['dropped', {}],
    ['replaced', { fingerprint: '0123456789abcdef', refreshAfter }],
  ])(
    'says that a newer token is to be had at once when this one was %s meanwhile',
    async (_, status) => {
      expect((await serviceWith(status).create()).refreshAfter).toEqual(token.obtainedAt);
    },
  );

  it('tells a host that writes its own controller what is wrong', async () => {
    const error = await serviceWith()
      .create({ address: '0x1', memo: 7 })
      .catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(InvalidIframeParamsError);
    expect(error).toBeInstanceOf(PhoenixError);
    expect(error).toMatchObject({
      code: 'invalid_argument',
      invalidParams: [
        { name: 'address', reason: expect.any(String) as unknown },
        { name: 'memo', reason: 'must be given once, as text' },
      ],
      message: expect.stringMatching(
        /: address is not .*; memo must be given once, as text\.$/,
      ) as unknown,
    });
  });
});
