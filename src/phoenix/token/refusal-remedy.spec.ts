import type { OAuthErrorCode } from '../phoenix-error.js';
import { remedyFor, type RefusedRequest } from './refusal-remedy.js';

const FORM = "tokenRequestFormat: 'form' (PHOENIX_TOKEN_REQUEST_FORMAT=form)";
const JSON_ = "tokenRequestFormat: 'json' (PHOENIX_TOKEN_REQUEST_FORMAT=json)";
const BASIC = "clientAuthentication: 'basic' (PHOENIX_CLIENT_AUTHENTICATION=basic)";
const BODY = "clientAuthentication: 'body' (PHOENIX_CLIENT_AUTHENTICATION=body)";

type Style = `${'json' | 'form'}, ${'body' | 'basic'}`;

function refused(
  status: number,
  oauthError?: OAuthErrorCode,
  style: Style = 'json, body',
  others: Partial<RefusedRequest> = {},
): RefusedRequest {
  const [tokenRequestFormat, clientAuthentication] = style.split(', ') as ['json', 'body'];
  return {
    status,
    oauthError,
    style: { tokenRequestFormat, clientAuthentication },
    challenge: undefined,
    workedBefore: false,
    ...others,
  };
}

const inOrder = (first: string, second: string) =>
  `Until a token was obtained, try in this order: ${first}; with it ${second}; the latter alone.`;

describe('the remedy for a refusal', () => {
  it.each<[string, RefusedRequest, string, string]>([
    ['django-oauth-toolkit: JSON', refused(400, 'unsupported_grant_type'), FORM, BASIC],
    ['oauth2orize, passport: JSON', refused(401, 'invalid_client'), FORM, BASIC],
    ['oauth2orize: JSON, basic', refused(500, undefined, 'json, basic'), FORM, BODY],
    ['@node-oauth: JSON', refused(400, 'invalid_request'), FORM, BASIC],
    ['a server that refuses JSON by its type', refused(415), FORM, BASIC],
    ['a server that finds no parameters', refused(422), FORM, BASIC],
    ['a server that says nothing', refused(400), FORM, BASIC],
    ['a server that fails over JSON', refused(500), FORM, BASIC],
    ['a server that knows no such type', refused(406), FORM, BASIC],
    ['a gateway that forbids JSON', refused(403), FORM, BASIC],
    ['a server that wants JSON', refused(400, 'invalid_request', 'form, body'), JSON_, BASIC],
    [
      'a server that refuses forms by their type',
      refused(415, undefined, 'form, basic'),
      JSON_,
      BODY,
    ],
    ['no Basic, form', refused(401, 'invalid_client', 'form, body'), BASIC, JSON_],
    ['Basic that is not read, form', refused(401, 'invalid_client', 'form, basic'), BODY, JSON_],
    ['Basic that is not read, JSON', refused(401, 'invalid_client', 'json, basic'), BODY, FORM],
  ])('%s: the other encodings, the likely one first', (_, request, first, second) => {
    expect(remedyFor(request)).toContain(inOrder(first, second));
  });

  it.each(['Basic', 'Basic realm="oauth"', 'bearer realm="a", BASIC realm="b"', 'Negotiate,basic'])(
    'is basic first where the reply asks for it (%s)',
    (challenge) => {
      for (const [status, error] of [[401, 'invalid_client'], [400], [401]] as const) {
        const remedy = remedyFor(refused(status, error, 'json, body', { challenge }));
        expect(remedy).toContain(inOrder(BASIC, FORM));
      }
    },
  );

  it.each([
    ['another scheme', 'Bearer realm="api"'],
    ['a realm that is called Basic', 'Bearer realm="x, Basic y"'],
    ['a scheme that merely begins so', 'Basics'],
  ])('takes no notice of %s', (_, challenge) => {
    const remedy = remedyFor(refused(401, 'invalid_client', 'json, body', { challenge }));
    expect(remedy).toContain(inOrder(FORM, BASIC));
  });

  it('keeps to the usual order where Basic was sent already', () => {
    const challenge = 'Basic realm="oauth"';
    const remedy = remedyFor(refused(400, 'invalid_request', 'json, basic', { challenge }));
    expect(remedy).toContain(inOrder(FORM, BODY));
  });

  it('has the credentials before the encodings where they were refused', () => {
    expect(remedyFor(refused(401, 'invalid_client'))).toMatch(
      /^Check clientId and clientSecret.*form/,
    );
  });

  it.each<[string, RefusedRequest, string]>([
    ['invalid_grant', refused(400, 'invalid_grant'), 'Ask Phoenix'],
    ['unauthorized_client', refused(400, 'unauthorized_client'), 'Ask Phoenix'],
    ['an address without an endpoint', refused(404), 'Check tokenUrl.'],
    ['an endpoint without POST', refused(405), 'Check tokenUrl.'],
    ['a gateway without its server', refused(502), 'It will be asked again later.'],
    ['an overloaded server', refused(503), 'It will be asked again later.'],
  ])('names no encoding for %s, which has another cause', (_, request, remedy) => {
    expect(remedyFor(request)).toMatch(remedy);
    expect(remedyFor(request)).not.toContain('in this order');
  });

  it('sets a scope where none was sent, and doubts the one that was', () => {
    const scoped = {
      tokenRequestFormat: 'json',
      clientAuthentication: 'body',
      scope: 'a',
    } as const;
    expect(remedyFor(refused(400, 'invalid_scope'))).toContain('set scope (PHOENIX_SCOPE)');
    expect(remedyFor(refused(400, 'invalid_scope', 'json, body', { style: scoped }))).toBe(
      'Check scope (PHOENIX_SCOPE), or leave it out.',
    );
  });

  it.each<[number, OAuthErrorCode | undefined, RegExp]>([
    [400, 'invalid_request', /^Check tokenRequestFormat and clientAuthentication\.$/],
    [401, 'invalid_client', /^Check clientId and clientSecret; after a rotation.*\.$/],
    [400, 'unsupported_grant_type', /^Check that tokenUrl is the token endpoint of Phoenix\.$/],
    [400, undefined, /^Check tokenUrl, tokenRequestFormat and clientAuthentication\.$/],
    [415, undefined, /^Check tokenUrl, tokenRequestFormat and clientAuthentication\.$/],
    [500, undefined, /^It will be asked again later\.$/],
  ])('is the ordinary one for %s %s once the configuration has worked', (status, error, remedy) => {
    const challenge = 'Basic realm="oauth"';
    const request = refused(status, error, 'json, body', { challenge, workedBefore: true });
    expect(remedyFor(request)).toMatch(remedy);
  });
});
