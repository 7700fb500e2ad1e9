import { FakeClock } from '../../../test/support/fake-clock.js';
import { AccessToken, instantOf } from './access-token.js';
import { TokenFlight } from './token-flight.js';

const clock = new FakeClock();

function token(value: string): AccessToken {
  const requestedAt = instantOf(clock);
  return new AccessToken({ value, requestedAt, lifetimeMs: 3_600_000, scope: [] }, clock);
}

function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

describe('a flight', () => {
  it('takes off only after it was made, so that whoever made it can keep it first', async () => {
    const seen: TokenFlight[] = [];
    const flight = new TokenFlight((self) => {
      seen.push(self);
      return Promise.resolve(token('a'));
    });
    expect(seen).toEqual([]);
    await flight.result;
    expect(seen).toEqual([flight]);
  });

  it('ends with the token for everyone who waits', async () => {
    const landed = token('a');
    const flight = new TokenFlight(() => Promise.resolve(landed));
    await expect(Promise.all([flight.result, flight.result])).resolves.toEqual([landed, landed]);
  });

  it('ends with the failure for everyone who waits', async () => {
    const failure = new Error('failed');
    const flight = new TokenFlight(() => Promise.reject(failure));
    await expect(flight.result).rejects.toBe(failure);
    await expect(flight.result).rejects.toBe(failure);
  });

  it('may fail without anyone waiting', async () => {
    const flight = new TokenFlight(() => Promise.reject(new Error('failed')));
    await clock.advance(0);
    expect(flight.superseded).toBe(false);
  });

  it('fails with the reason of its abort', async () => {
    const flight = new TokenFlight(({ signal }) => until(signal));
    await clock.advance(0);
    const reason = new Error('shutting down');
    flight.abort(reason);
    await expect(flight.result).rejects.toBe(reason);
    expect(flight.superseded).toBe(false);
  });
});

describe('a superseded flight', () => {
  it('is aborted, and hands its waiters over to its successor', async () => {
    const flight = new TokenFlight(({ signal }) => until(signal));
    const successor = token('b');
    await clock.advance(0);
    flight.supersedeBy(Promise.resolve(successor));
    expect(flight.superseded).toBe(true);
    expect(flight.signal.aborted).toBe(true);
    await expect(flight.result).resolves.toBe(successor);
  });

  it('hands them over even if its own token arrives', async () => {
    let land!: (token: AccessToken) => void;
    const flight = new TokenFlight(() => new Promise((resolve) => (land = resolve)));
    const successor = token('b');
    await clock.advance(0);
    flight.supersedeBy(Promise.resolve(successor));
    land(token('a'));
    await expect(flight.result).resolves.toBe(successor);
  });

  it('shares the failure of its successor', async () => {
    const flight = new TokenFlight(({ signal }) => until(signal));
    const failure = new Error('failed as well');
    await clock.advance(0);
    const successor = Promise.reject(failure);
    flight.supersedeBy(successor);
    await expect(flight.result).rejects.toBe(failure);
  });
});
