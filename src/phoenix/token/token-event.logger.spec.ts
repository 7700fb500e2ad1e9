import { Logger, type LoggerService } from '@nestjs/common';
import type { PhoenixErrorCode } from '../phoenix-error.js';
import { TokenEventLogger } from './token-event.logger.js';
import type { TokenRefreshFailedEvent, TokenRefreshedEvent } from './token-events.js';

const refreshed: TokenRefreshedEvent = {
  type: 'refreshed',
  trigger: 'timer',
  fingerprint: '0123456789abcdef',
  expiresAt: new Date('2026-01-01T01:00:00Z'),
  attempts: 2,
  durationMs: 120,
};

function failed(code: PhoenixErrorCode, servingToken = true): TokenRefreshFailedEvent {
  return {
    type: 'refresh_failed',
    trigger: 'timer',
    code,
    message: `What happened: ${code}.`,
    failures: 1,
    retryAt: new Date('2026-01-01T00:00:30Z'),
    servingToken,
    durationMs: 120,
  };
}

let lines: string[];
let logger: TokenEventLogger;

beforeEach(() => {
  lines = [];
  const write = (level: string) => (message: unknown) =>
    void lines.push(`${level}: ${String(message)}`);
  const recorder: LoggerService = {
    debug: write('debug'),
    log: write('log'),
    warn: write('warn'),
    error: write('error'),
  };
  Logger.overrideLogger(recorder);
  logger = new TokenEventLogger(new Logger('Phoenix'));
});

afterEach(() => {
  Logger.overrideLogger(false);
});

describe('the log', () => {
  it('tells what happens between replicas', () => {
    logger.log({ type: 'store_unavailable', reason: 'no reply in time' });
    logger.log({ ...refreshed, trigger: 'shared', attempts: 0 });
    logger.log({ type: 'store_available' });
    logger.log({ type: 'shared_record_rejected', reason: 'it is malformed' });
    expect(lines).toEqual([
      'warn: The store that replicas share cannot be used: no reply in time. Each replica renews for itself until it is back.',
      'debug: Token 0123456789abcdef taken from another replica, expires 2026-01-01T01:00:00.000Z.',
      'log: The store that replicas share can be used again.',
      'warn: A shared record counts as none, because it is malformed. It will be overwritten. Give all replicas the same encryptionKeys, or this one another prefix.',
    ]);
  });

  it('has every success quietly', () => {
    logger.log(refreshed);
    logger.log(refreshed);
    expect(lines).toEqual(
      Array(2).fill(
        'debug: Token 0123456789abcdef obtained (timer, attempt 2), expires 2026-01-01T01:00:00.000Z.',
      ),
    );
  });

  it('has a failure once, however long it lasts', () => {
    for (let count = 0; count < 10; count++) logger.log(failed('network_error'));
    expect(lines).toEqual([
      'warn: What happened: network_error. [network_error] ' +
        'The current token is still usable and is served on.',
    ]);
  });

  it('has a failure loudly when callers suffer from it', () => {
    logger.log(failed('network_error', false));
    expect(lines).toEqual([
      'error: What happened: network_error. [network_error] ' +
        'There is no usable token: callers get an error until this is mended.',
    ]);
  });

  it('has a failure again when it becomes another one', () => {
    logger.log(failed('network_error'));
    logger.log(failed('invalid_client'));
    logger.log(failed('invalid_client'));
    logger.log(failed('network_error'));
    expect(lines.map((line) => /\[(\w+)]/.exec(line)?.[1])).toEqual([
      'network_error',
      'invalid_client',
      'network_error',
    ]);
  });

  it('has a failure again when the last usable token is gone', () => {
    logger.log(failed('network_error', true));
    logger.log(failed('network_error', true));
    logger.log(failed('network_error', false));
    logger.log(failed('network_error', false));
    expect(lines.map((line) => line.split(':')[0])).toEqual(['warn', 'error']);
  });

  it('has the recovery, once', () => {
    logger.log(failed('network_error'));
    logger.log(refreshed);
    logger.log(refreshed);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^log: Recovered\. Token 0123456789abcdef obtained/),
      expect.stringMatching(/^debug: Token/),
    ]);
  });

  it('has the same failure again after a recovery', () => {
    logger.log(failed('network_error'));
    logger.log(refreshed);
    logger.log(failed('network_error'));
    expect(lines.map((line) => line.split(':')[0])).toEqual(['warn', 'log', 'warn']);
  });

  it('has every rejection', () => {
    logger.log({ type: 'invalidated', fingerprint: '0123456789abcdef', shared: false });
    logger.log({ type: 'invalidated', fingerprint: '0123456789abcdef', shared: true });
    expect(lines).toEqual([
      'warn: Token 0123456789abcdef was reported invalid, and is no longer handed out.',
      'warn: Token 0123456789abcdef was reported invalid by another replica, and is no longer handed out.',
    ]);
  });
});
