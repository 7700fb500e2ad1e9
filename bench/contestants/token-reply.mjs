// @ts-check
import { issueToken, LIFETIME_SECONDS } from '../vendor-stub.mjs';

const accessToken = issueToken();
const expiresAtMs = Date.now() + LIFETIME_SECONDS * 1000;
const expiresAt = new Date(expiresAtMs).toISOString();

export const HEADERS = Object.freeze({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });

/** What our route replies, at the least cost: one token, one clock, nothing to renew. */
export function tokenReply() {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.floor((expiresAtMs - Date.now()) / 1000),
    expires_at: expiresAt,
    scope: 'iframe',
  };
}
