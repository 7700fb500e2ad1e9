import fc from 'fast-check';
import { vendorDescriptionIn } from './vendor-description.js';
import { encodeTokenRequest } from './token-request.js';

const CONFIDENTIAL = {
  clientId: 'partner-17',
  clientSecret: 's€cret/of+the "partner"\\',
  tokens: ['opaque-token-0123456789'],
};

const descriptionOf = (error_description: unknown, confidential = CONFIDENTIAL) =>
  vendorDescriptionIn(
    JSON.stringify({ error: 'invalid_request', error_description }),
    confidential,
  );

const form = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('what the vendor says about an error', () => {
  it('is told as it is', () => {
    const words = 'Invalid request: content must be application/x-www-form-urlencoded';
    expect(descriptionOf(words)).toBe(words);
  });

  it('has only the characters that RFC 6749 §5.2 allows', () => {
    expect(descriptionOf('Said "no"\r\n\u001b[31mred\\\u2028ünd\tthen [INFO] {x}~')).toBe(
      'Said no [31mred nd then [INFO] {x}~',
    );
  });

  it('ends after 200 characters', () => {
    expect(descriptionOf('long '.repeat(100))).toHaveLength(199);
  });

  it.each([
    ['no JSON', 'error_description=no'],
    ['no object', '["error_description"]'],
    ['null', 'null'],
    ['no error', '{"error_description":"words"}'],
    ['an empty error', '{"error":"","error_description":"words"}'],
    ['an error that is no text', '{"error":{},"error_description":"words"}'],
    ['a description that is no text', '{"error":"invalid_client","error_description":["words"]}'],
    ['no description', '{"error":"invalid_client","error_uri":"https://a.example"}'],
    ['an empty description', '{"error":"invalid_client","error_description":""}'],
    ['a description of nothing that may be shown', '{"error":"a","error_description":"\\u0000"}'],
  ])('is nothing where the body has %s', (_, body) => {
    expect(vendorDescriptionIn(body, CONFIDENTIAL)).toBeUndefined();
  });

  const { clientId, clientSecret } = CONFIDENTIAL;
  it.each([
    ['the secret', clientSecret],
    ['the secret in JSON', JSON.stringify(clientSecret).slice(1, -1)],
    ['the secret in JSON of ASCII', 's\\u20acret/of+the \\"partner\\"\\\\'.replace('ac', 'acc')],
    ['the secret in a form', form(clientSecret)],
    ['the secret percent-encoded', encodeURIComponent(clientSecret)],
    ['the secret percent-encoded in small letters', encodeURIComponent(clientSecret).toLowerCase()],
    ['the secret in capitals', clientSecret.toUpperCase()],
    ['the secret misread as Latin-1', Buffer.from(clientSecret).toString('latin1')],
    ['the secret in base64', base64(clientSecret)],
    ['the credentials of HTTP Basic', base64(`${form(clientId)}:${form(clientSecret)}`)],
    ['the credentials of a sloppy HTTP Basic', base64(`${clientId}:${clientSecret}`)],
    ['the client id', clientId],
    ['the client id in capitals', clientId.toUpperCase()],
    ['a known token', 'opaque-token-0123456789'],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.${base64('{"exp":1}')}.c2lnbmF0dXJl`.replace(/=/g, '')],
    ['an unknown token', 'A1b2'.repeat(12)],
  ])('is told without %s', (_, quoted) => {
    const told = descriptionOf(`before <${quoted}> after`);
    expect(told).toMatch(/^before <.*\*\*\*.*> after$/);
    expect(told?.replace(/before|after/g, '')).not.toMatch(/[\w/+%-]{8}/);
  });

  it('is told without a part of the credentials of HTTP Basic', () => {
    const credentials = base64(`${form(clientId)}:${form(clientSecret)}`);
    for (let at = 0; at + 8 <= credentials.length - 2; at++) {
      expect(descriptionOf(`Basic ${credentials.slice(at, at + 8)} is wrong`)).toBe(
        'Basic *** is wrong',
      );
    }
  });

  it('is told without a secret of which the cleaning would leave nothing to recognise', () => {
    const spread = { ...CONFIDENTIAL, clientSecret: '0"1"2"3"4"5"6"7"8"9"a"b"c"d"e"f' };
    expect(descriptionOf(`say ${spread.clientSecret} again`, spread)).toBe('say *** again');
  });

  it('is told without a secret that the cleaning would complete', () => {
    const secret = { ...CONFIDENTIAL, clientSecret: 'first second' };
    expect(descriptionOf('say first\u0000\u0001second', secret)).toBe('say ***');
  });

  it('is nothing where hiding it reveals it', () => {
    expect(descriptionOf('a * b', { ...CONFIDENTIAL, clientSecret: '*' })).toBeUndefined();
  });

  const STYLES = (['json', 'form'] as const).flatMap((tokenRequestFormat) =>
    (['body', 'basic'] as const).map((clientAuthentication) => ({
      tokenRequestFormat,
      clientAuthentication,
    })),
  );
  const anyText = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  );
  const secretText = anyText.filter((text) => !/\p{Surrogate}/u.test(text));

  it('never tells what was sent, nor a part of the secret, whatever that is and wherever it is quoted', () => {
    fc.assert(
      fc.property(
        secretText,
        secretText,
        fc.constantFrom(...STYLES),
        fc.string(),
        fc.nat(),
        fc.integer({ min: 8, max: 40 }),
        (clientId, clientSecret, style, around, from, length) => {
          const { headers, body } = encodeTokenRequest({ clientId, clientSecret }, style);
          const sent = [body, headers.Authorization ?? '', clientSecret, clientId].join(' ');
          const part = sent.slice(from % sent.length, (from % sent.length) + length);
          const told = descriptionOf(`${around}${sent}${around}${part}${clientSecret}`, {
            clientId,
            clientSecret,
            tokens: [],
          });
          expect(told ?? '').toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]{0,200}$/);
          const basic = /^Basic (.*)$/.exec(headers.Authorization ?? '')?.[1] ?? clientSecret;
          for (const secret of [clientSecret, form(clientSecret), basic]) {
            expect(runsOf(secret).filter((run) => told?.includes(run))).toEqual([]);
          }
          expect(told?.includes(clientId) ?? false).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** All runs of eight characters, or all of it when it is shorter. */
function runsOf(text: string): string[] {
  if (text.length <= 8) return [text];
  return Array.from({ length: text.length - 7 }, (_, at) => text.slice(at, at + 8));
}
