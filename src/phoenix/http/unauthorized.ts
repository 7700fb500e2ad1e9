import { ProblemException } from './problem-details.js';

/** Challenges of `WWW-Authenticate` (RFC 9110 §11.6.1). */
export const API_KEY_CHALLENGE = 'ApiKey realm="phoenix"';
export const BEARER_CHALLENGE = 'Bearer realm="phoenix"';

/** @param challenge which credentials would be accepted */
export function unauthorized(detail: string, challenge: string): ProblemException {
  return new ProblemException('unauthorized', detail, {
    headers: { 'WWW-Authenticate': challenge },
  });
}
