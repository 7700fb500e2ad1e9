import { jest } from '@jest/globals';
import { createServiceLogger } from './service.logger.js';

const VALUE = 'value-of-a-secret';

/** What the service writes to its standard output. */
function written(
  log: (logger: ReturnType<typeof createServiceLogger>) => void,
  logFormat: 'json' | 'pretty',
): string {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  try {
    log(createServiceLogger({ logLevel: 'log', logFormat }));
  } finally {
    write.mockRestore();
  }
  return lines.join('');
}

describe.each(['json', 'pretty'] as const)('the log of the service, as %s', (format) => {
  it.each(['access_token', 'authorization', 'client_secret', 'x-api-key', 'cookie'])(
    'holds no %s, wherever it stands',
    (name) => {
      const text = written((logger) => {
        logger.log({ message: 'Called.', [name]: VALUE, headers: { [name]: VALUE, host: 'shop' } });
      }, format);
      expect(text).toContain('shop');
      expect(text).not.toContain(VALUE);
    },
  );

  it('leaves out what is below its level', () => {
    const text = written((logger) => {
      logger.debug('too much');
      logger.log('just enough');
    }, format);
    expect(text).toContain('just enough');
    expect(text).not.toContain('too much');
  });
});
