import { Logger, type LoggerService } from '@nestjs/common';
import { quietBoot } from './quiet-boot.js';

const lines: string[] = [];
const host: LoggerService = {
  log: (line: string) => lines.push(line),
  warn: (line: string) => lines.push(line),
  error: (line: string) => lines.push(line),
};

/** What becomes of a line that is logged right now. */
function logged(line: string): boolean {
  lines.length = 0;
  new Logger('Test').log(line);
  return lines.includes(line);
}

describe('a quiet boot', () => {
  beforeEach(() => {
    Logger.overrideLogger(host);
  });
  afterAll(() => {
    Logger.overrideLogger(false);
  });

  it("logs nothing, and gives the host's logger back", async () => {
    const during = await quietBoot(() => Promise.resolve(logged('during')));

    expect({ during, after: logged('after') }).toEqual({ during: false, after: true });
  });

  it("gives the host's logger back when the boot fails", async () => {
    await expect(quietBoot(() => Promise.reject(new Error('no port')))).rejects.toThrow('no port');

    expect(logged('after')).toBe(true);
  });

  it('stays quiet until the last of several has ended, in whatever order', async () => {
    const ends: (() => void)[] = [];
    const boot = () => quietBoot(() => new Promise<void>((resolve) => ends.push(resolve)));
    const boots = [boot(), boot()];
    ends[0]?.();
    await boots[0];
    const afterFirst = logged('between');
    ends[1]?.();
    await boots[1];

    expect({ afterFirst, afterSecond: logged('after') }).toEqual({
      afterFirst: false,
      afterSecond: true,
    });
  });

  it('leaves a logger alone that was set in the meantime', async () => {
    const own: LoggerService = { ...host, log: () => undefined };
    await quietBoot(() => {
      Logger.overrideLogger(own);
      return Promise.resolve();
    });

    expect(logged('to the other logger')).toBe(false);
  });
});
