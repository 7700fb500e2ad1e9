import type { PhoenixErrorCode } from '../../src/phoenix/index.js';
import type { SandboxFault } from '../../src/sandbox/index.js';

type FaultCase = readonly [description: string, fault: SandboxFault, code: PhoenixErrorCode];

const status = (code: number, rest: Partial<SandboxFault> = {}): SandboxFault => ({
  ...rest,
  kind: 'status',
  status: code,
});

const altered = (set: Record<string, string | number | boolean | null | object>): SandboxFault => ({
  kind: 'token',
  set: set as never,
});

/** What a vendor can do wrong at once, and the code that tells it. */
export const PROMPT_FAULTS: readonly FaultCase[] = [
  ['a reset connection', { kind: 'disconnect' }, 'network_error'],
  ['a connection cut within the body', { kind: 'disconnect-body' }, 'network_error'],
  ['HTTP 500', status(500), 'server_error'],
  ['HTTP 502 with text', status(502, { rawBody: 'Bad Gateway' }), 'server_error'],
  ['HTTP 503', status(503, { retryAfter: 7 }), 'server_error'],
  ['HTTP 599', status(599), 'server_error'],
  ['HTTP 408', status(408), 'server_error'],
  ['HTTP 429', status(429, { retryAfter: 7 }), 'rate_limited'],
  ['HTTP 400 that says nothing', status(400), 'request_rejected'],
  ['HTTP 401 that says nothing', status(401, { rawBody: 'Unauthorized' }), 'invalid_client'],
  ['HTTP 403', status(403, { body: { error: 'blocked' } }), 'request_rejected'],
  ['HTTP 404', status(404), 'request_rejected'],
  ['invalid_request', status(400, { error: 'invalid_request' }), 'invalid_request'],
  ['invalid_client', status(401, { error: 'invalid_client' }), 'invalid_client'],
  ['invalid_grant', status(400, { error: 'invalid_grant' }), 'invalid_grant'],
  ['unauthorized_client', status(400, { error: 'unauthorized_client' }), 'unauthorized_client'],
  [
    'unsupported_grant_type',
    status(400, { error: 'unsupported_grant_type' }),
    'unsupported_grant_type',
  ],
  ['invalid_scope', status(400, { error: 'invalid_scope' }), 'invalid_scope'],
  ['a page of HTML', { kind: 'html' }, 'invalid_response'],
  ['half of the JSON', { kind: 'truncated' }, 'invalid_response'],
  ['an empty body', { kind: 'empty' }, 'invalid_response'],
  ['a body beyond 64 KiB', { kind: 'huge' }, 'invalid_response'],
  ['null', { kind: 'reply', body: null }, 'invalid_response'],
  ['a list', { kind: 'reply', body: [] }, 'invalid_response'],
  ['a text', { kind: 'reply', body: 'token' }, 'invalid_response'],
  ['an empty object', { kind: 'reply', body: {} }, 'invalid_response'],
  ['a success that is an error', altered({ error: 'invalid_client' }), 'invalid_response'],
  ['no access_token', { kind: 'token', remove: ['access_token'] }, 'invalid_response'],
  ['an empty access_token', altered({ access_token: '' }), 'invalid_response'],
  ['a numeric access_token', altered({ access_token: 7 }), 'invalid_response'],
  ['an access_token of two lines', altered({ access_token: 'a\r\nX: y' }), 'invalid_response'],
  ['an access_token beyond ASCII', altered({ access_token: 'tökén' }), 'invalid_response'],
  ['no token_type', { kind: 'token', remove: ['token_type'] }, 'invalid_response'],
  ['another token_type', altered({ token_type: 'mac' }), 'invalid_response'],
  ['a life of 0', altered({ expires_in: 0 }), 'invalid_response'],
  ['a negative life', altered({ expires_in: -1 }), 'invalid_response'],
  ['a fraction of a life', altered({ expires_in: 3600.5 }), 'invalid_response'],
  ['a life with a unit', altered({ expires_in: '3600s' }), 'invalid_response'],
  ['a life of a century', altered({ expires_in: 3_153_600_000 }), 'invalid_response'],
  ['a numeric scope', altered({ scope: 7 }), 'invalid_response'],
  ['a token that has expired', { kind: 'token', jwtLifetimeSeconds: -1 }, 'invalid_response'],
  ['HTTP 301', { kind: 'redirect', status: 301 }, 'redirect_refused'],
  ['HTTP 302', { kind: 'redirect', status: 302 }, 'redirect_refused'],
  ['HTTP 303', { kind: 'redirect', status: 303 }, 'redirect_refused'],
  ['HTTP 307', { kind: 'redirect', status: 307 }, 'redirect_refused'],
  ['HTTP 308', { kind: 'redirect', status: 308 }, 'redirect_refused'],
];

/** What a vendor can do wrong without end. */
export const ENDLESS_FAULTS: readonly FaultCase[] = [
  ['silence', { kind: 'hang' }, 'timeout'],
  ['silence after half of the body', { kind: 'hang-body' }, 'timeout'],
  ['a reply that comes too late', { kind: 'token', delayMs: 60_000 }, 'timeout'],
];
