import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryRateLimit } from './memory-rate-limit.js';

const WINDOW_MS = 60_000;

describe('the rate limit in memory', () => {
  let nowMs: number;
  let limit: MemoryRateLimit;

  beforeEach(() => {
    nowMs = 1_000;
    limit = new MemoryRateLimit({ windowMs: WINDOW_MS, now: () => nowMs });
  });

  const countMany = (clients: number, from = 0): void => {
    for (let client = from; client < from + clients; client++) limit.count(`client ${client}`);
  };

  it('counts each client within a window that begins with its first request', () => {
    expect(limit.count('a')).toEqual({ used: 1, resetsInMs: WINDOW_MS });
    nowMs += 10_000;
    expect(limit.count('b')).toEqual({ used: 1, resetsInMs: WINDOW_MS });
    expect(limit.count('a')).toEqual({ used: 2, resetsInMs: WINDOW_MS - 10_000 });
    nowMs += WINDOW_MS - 10_000;
    expect(limit.count('a')).toEqual({ used: 1, resetsInMs: WINDOW_MS });
    expect(limit.count('b').used).toBe(2);
  });

  it('forgets nobody for the sake of others, however many there are', () => {
    limit.count('a');
    countMany(300_000);
    expect(limit.count('a').used).toBe(2);
  });

  it('lets newcomers share windows when there are too many clients, and no longer than that', () => {
    countMany(100_000);
    expect(limit.count('newcomer').used).toBe(1);
    expect(limit.count('newcomer').used).toBe(2);
    countMany(655_360, 100_000);
    const shared = limit.count('another').used;
    expect(shared).toBeGreaterThan(1);
    expect(shared).toBeLessThan(50);

    nowMs += WINDOW_MS;
    expect(limit.count('newcomer').used).toBe(1);
    countMany(100);
    expect(limit.count('another').used).toBe(1);
  });

  it('takes at most 64 MB, whatever keys it is called with', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const used = (): number => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / 1024 / 1024;
    };
    const before = used();
    for (let client = 0; client < 400_000; client++) {
      // As it is cut out of a header that holds much else.
      const header = `${'198.51.100.1, '.repeat(70)}2001:db8:${client.toString(16)}:1`;
      limit.count(`${header.slice(980)} /phoenix/token`);
    }
    expect(used() - before).toBeLessThan(64);
    expect(limit.count('a').used).toBeGreaterThan(0);
  });
});
