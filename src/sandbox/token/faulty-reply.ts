import type { RedirectFault, SandboxFault, StatusFault } from '../faults/fault.schema.js';
import { htmlReply, jsonReply, textReply } from '../http/reply.js';
import type { TokenAlteration, TokenReply } from './token-endpoint.js';

/** Where a redirect fault leads: answers with a plausible token, so that a client that follows is caught. */
export const REDIRECT_TARGET_PATH = '/sandbox/redirect-target';

const ONE_MIB = 1024 * 1024;

/** The reply that a fault makes of a request; `grant` is what would have happened without it. */
export function faultyReply(
  fault: SandboxFault,
  grant: (alteration: TokenAlteration) => TokenReply,
): TokenReply {
  switch (fault.kind) {
    case 'token':
      return grant(fault);
    case 'hang':
      return { ...jsonReply(200, null), delivery: 'nothing' };
    case 'hang-body':
      return { ...grant(fault), delivery: 'half-then-silence' };
    case 'disconnect':
      return { ...jsonReply(200, null), delivery: 'reset' };
    case 'disconnect-body':
      return { ...grant(fault), delivery: 'half-then-disconnect' };
    case 'status':
      return statusReply(fault);
    case 'html':
      return htmlReply(
        200,
        '<!doctype html><html lang="en"><title>Maintenance</title><p>We will be back soon.</p></html>',
      );
    case 'truncated':
      return truncated(grant(fault));
    case 'empty':
      return textReply(200, 'application/json; charset=utf-8', '');
    case 'huge':
      return grant({ ...fault, set: { padding: 'x'.repeat(ONE_MIB) } });
    case 'redirect':
      return redirectReply(fault);
    case 'reply':
      return jsonReply(200, fault.body);
  }
}

function statusReply({ status, retryAfter, error, body, rawBody }: StatusFault): TokenReply {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (rawBody !== undefined)
    return textReply(status, 'text/plain; charset=utf-8', rawBody, headers);
  if (error !== undefined) {
    return jsonReply(status, { error, error_description: 'A fault set on the sandbox.' }, headers);
  }
  return jsonReply(status, body ?? { message: 'A fault set on the sandbox.' }, headers);
}

function redirectReply({ status = 307, location = REDIRECT_TARGET_PATH }: RedirectFault) {
  return textReply(status, 'text/plain; charset=utf-8', '', { Location: location });
}

function truncated(reply: TokenReply): TokenReply {
  return { ...reply, body: reply.body.slice(0, -10), carriesToken: false };
}
