import { encodeTokenRequest, type TokenRequestStyle } from './token-request.js';

const CREDENTIALS = { clientId: '2SERtJ2DPnkkTQbvnqyS5y', clientSecret: 'a1b2c3d4e5' };
const JSON_BODY: TokenRequestStyle = { tokenRequestFormat: 'json', clientAuthentication: 'body' };

describe('a token request', () => {
  it('is JSON with the credentials in the body, as the vendor shows it', () => {
    const { headers, body } = encodeTokenRequest(CREDENTIALS, JSON_BODY);
    expect(headers).toEqual({ 'Content-Type': 'application/json' });
    expect(JSON.parse(body)).toEqual({
      grant_type: 'client_credentials',
      client_id: '2SERtJ2DPnkkTQbvnqyS5y',
      client_secret: 'a1b2c3d4e5',
    });
  });

  it('is a form when that is asked for', () => {
    const { headers, body } = encodeTokenRequest(CREDENTIALS, {
      tokenRequestFormat: 'form',
      clientAuthentication: 'body',
    });
    expect(headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(body).toBe(
      'grant_type=client_credentials&client_id=2SERtJ2DPnkkTQbvnqyS5y&client_secret=a1b2c3d4e5',
    );
  });

  it.each(['json', 'form'] as const)(
    'as %s carries the credentials in the header only, with HTTP Basic',
    (tokenRequestFormat) => {
      const { headers, body } = encodeTokenRequest(CREDENTIALS, {
        tokenRequestFormat,
        clientAuthentication: 'basic',
      });
      const userPass = Buffer.from('2SERtJ2DPnkkTQbvnqyS5y:a1b2c3d4e5').toString('base64');
      expect(headers.Authorization).toBe(`Basic ${userPass}`);
      expect(body).toContain('client_credentials');
      expect(body).not.toContain('client_id');
      expect(body).not.toContain(CREDENTIALS.clientId);
      expect(body).not.toContain(CREDENTIALS.clientSecret);
    },
  );

  it.each([
    ['a colon', 'user:name', 'user%3Aname'],
    ['a space', 'two words', 'two+words'],
    ['a plus', 'a+b', 'a%2Bb'],
    ['a percent sign', '100%', '100%25'],
    ['an ampersand and an equals sign', 'a&b=c', 'a%26b%3Dc'],
    ['a slash', 'a/b', 'a%2Fb'],
    ['an umlaut', 'grün', 'gr%C3%BCn'],
    ['an emoji', '🔥', '%F0%9F%94%A5'],
    ['nothing special', 'Az09-._*', 'Az09-._*'],
  ])('form-encodes %s before Basic (RFC 6749 §2.3.1)', (_, plain, encoded) => {
    const { headers } = encodeTokenRequest(
      { clientId: plain, clientSecret: `${plain}!` },
      { tokenRequestFormat: 'json', clientAuthentication: 'basic' },
    );
    const userPass = String(headers.Authorization).replace('Basic ', '');
    expect(Buffer.from(userPass, 'base64').toString()).toBe(`${encoded}:${encoded}%21`);
  });

  it.each(['json', 'form'] as const)(
    'as %s keeps every character of a secret',
    (tokenRequestFormat) => {
      const clientSecret = 'p&ss=w+rd % "quoted" \\ \n ü🔥';
      const { body } = encodeTokenRequest(
        { clientId: 'id', clientSecret },
        { tokenRequestFormat, clientAuthentication: 'body' },
      );
      const parsed =
        tokenRequestFormat === 'json'
          ? (JSON.parse(body) as Record<string, string>)
          : Object.fromEntries(new URLSearchParams(body));
      expect(parsed.client_secret).toBe(clientSecret);
    },
  );

  it('asks for a scope when one is configured', () => {
    const { body } = encodeTokenRequest(CREDENTIALS, { ...JSON_BODY, scope: 'iframe orders' });
    expect(JSON.parse(body)).toHaveProperty('scope', 'iframe orders');
  });

  it('says nothing of scope otherwise', () => {
    const { body } = encodeTokenRequest(CREDENTIALS, { ...JSON_BODY, scope: undefined });
    expect(JSON.parse(body)).not.toHaveProperty('scope');
  });
});
