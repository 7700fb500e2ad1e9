import { explainListenFailure } from './listen-failure.js';

const explain = (error: unknown): string | undefined =>
  explainListenFailure(error, { port: 80, host: '0.0.0.0' }, { port: 'PORT', host: 'HOST' });

/** As Node.js throws them; a test that runs as root could not provoke the first one. */
const failed = (code: string): Error => Object.assign(new Error(`listen ${code}`), { code });

describe('a failure to listen', () => {
  it('is about the rights of the user, when the port is a privileged one', () => {
    expect(explain(failed('EACCES'))).toBe(
      'Port 80 on 0.0.0.0 may not be opened by this user. ' +
        'Set PORT to one above 1023, or give the program the right to it.',
    );
  });

  it('is about the host, while its name cannot be resolved', () => {
    expect(explain(failed('EAI_AGAIN'))).toMatch(/^0\.0\.0\.0 is .*\(EAI_AGAIN\)\. Set HOST to /);
  });

  it.each([failed('EMFILE'), new TypeError('a bug'), 'text'])(
    'that has another cause is not explained: %s',
    (error) => {
      expect(explain(error)).toBeUndefined();
    },
  );
});
