// @ts-check

/**
 * The least that can be called a token cache: one expiry, checked with `Date.now()`.
 *
 * @param {string} token
 * @param {number} expiresAtMs
 */
export function createExpiryCheck(token, expiresAtMs) {
  const cached = { token, expiresAtMs };
  return async () => {
    if (Date.now() < cached.expiresAtMs) return cached.token;
    throw new Error('The token expired during the run.');
  };
}

/**
 * The least that can be called a single flight: whoever comes while a request is under way shares it.
 *
 * @param {{ tokenUrl: string, clientId: string }} vendor
 */
export function createSingleFlightCache({ tokenUrl, clientId }) {
  /** @type {{ token: string, expiresAtMs: number } | undefined} */
  let cached;
  /** @type {Promise<{ token: string, expiresAtMs: number }> | undefined} */
  let flight;

  const requestToken = async () => {
    try {
      const startedMs = Date.now();
      const reply = await fetch(tokenUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: 'bench',
        }),
      });
      const body = /** @type {{ access_token: string, expires_in: number }} */ (await reply.json());
      cached = { token: body.access_token, expiresAtMs: startedMs + body.expires_in * 1000 };
      return cached;
    } finally {
      flight = undefined;
    }
  };

  return async () => {
    if (cached !== undefined && Date.now() < cached.expiresAtMs) return cached.token;
    flight ??= requestToken();
    return (await flight).token;
  };
}
