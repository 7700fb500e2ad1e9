import { inspect } from 'node:util';
import { clientSecret } from './client-secret.js';
import { PhoenixError } from './phoenix-error.js';

const readerOf = (source: unknown) => clientSecret.parse(source);

describe('The client secret', () => {
  it.each([
    ['a text', 'secret'],
    ['a function', () => 'secret'],
    ['a function that takes a while', () => Promise.resolve('secret')],
  ])('is read from %s', async (_, source) => {
    expect(await readerOf(source)()).toBe('secret');
  });

  it('is read anew each time, so that it can be rotated', async () => {
    const secrets = ['old', 'new'];
    const read = readerOf(() => secrets.shift());

    expect([await read(), await read()]).toEqual(['old', 'new']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('cannot read hunter2');
      },
      'failed',
    ],
    ['rejects', () => Promise.reject(new Error('cannot read hunter2')), 'failed'],
    ['returns nothing', () => undefined, 'returned no secret'],
    ['returns an empty text', () => '', 'returned no secret'],
    ['returns no text', () => ({ hunter2: true }), 'returned no secret'],
    [
      'returns NULs',
      () => Buffer.from('hunter2', 'utf16le').toString(),
      'holds control characters',
    ],
    ['returns a line break', () => 'hunter2\n', 'holds control characters'],
    ['returns misread text', () => '\ufffd\ufffdhunter2', 'read in another encoding'],
    ['returns half of a character', () => 'hunter2\ud83d', 'read in another encoding'],
  ])(
    'is missing, with an error that quotes nothing, when the function %s',
    async (_, source, what) => {
      const error = await readerOf(source)().catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(PhoenixError);
      expect(error).toMatchObject({
        code: 'secret_unavailable',
        message: expect.stringContaining(what) as unknown,
      });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('hunter2');
    },
  );

  it.each([[''], [7], [{}], [null], [undefined]])('cannot be %p', (source) => {
    expect(clientSecret.safeParse(source).success).toBe(false);
  });

  it.each([
    ['a line break', 'secret\n', 'holds control characters, such as a line break or NUL'],
    ['misread text', '\ufffdsecret', 'was read in another encoding than it was written in'],
  ])('is refused at once when it is a text with %s', (_, source, problem) => {
    const { error } = clientSecret.safeParse(source);
    expect(error?.issues.map(({ message }) => message)).toEqual([problem]);
  });
});
