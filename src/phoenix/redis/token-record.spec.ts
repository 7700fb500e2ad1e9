import { createSecretKey } from 'node:crypto';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { AccessToken, instantOf } from '../token/access-token.js';
import { AesGcmCipher, plainText } from './token-cipher.js';
import { TokenRecordFormat } from './token-record.js';

const cipher = new AesGcmCipher([{ id: 'k1', key: createSecretKey(Buffer.alloc(32, 1)) }]);
const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

function record(sealer = cipher) {
  const clock = new FakeClock();
  const issued = { value: 'the-token', scope: ['a'], lifetimeMs: HOUR };
  const token = new AccessToken({ ...issued, requestedAt: instantOf(clock) }, clock);
  const format = new TokenRecordFormat(sealer, 'key');
  return { format, fields: format.write(token, 1, NOW + HOUR) };
}

describe('a token record', () => {
  it('gives back the token with what is left of its life', () => {
    const { format, fields } = record();
    expect(format.read(fields, NOW + 600_000)).toEqual({
      value: 'the-token',
      scope: ['a'],
      lifetimeMs: HOUR,
      remainingMs: HOUR - 600_000,
    });
  });

  it('never lives longer than it was given, even if the clock of Redis steps back', () => {
    const { format, fields } = record();
    expect(format.read(fields, NOW - 500)).toMatchObject({ remainingMs: HOUR });
  });

  it('counts as none when it is of the future', () => {
    const { format, fields } = record();
    expect(format.read(fields, NOW - 5_000)).toEqual({ unusable: 'it is of the future' });
  });

  it('opens under its own key only', () => {
    const { fields } = record();
    const elsewhere = new TokenRecordFormat(cipher, 'another key');
    expect(elsewhere.read(fields, NOW)).toEqual({ unusable: 'no key of ours opens it' });
  });

  it('does not open after any change', () => {
    const { format, fields } = record();
    const bytes = Buffer.from(fields.sealed, 'base64');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const sealed = changed.toString('base64');
      expect(format.read({ ...fields, sealed }, NOW)).toHaveProperty('unusable');
    }
  });

  it('counts as none when what is sealed is no token', () => {
    const { format } = record();
    for (const text of ['no JSON', '{}', 'null']) {
      const fields = { version: '1', ...cipher.seal(text, 'key') };
      expect(format.read(fields, NOW)).toEqual({ unusable: 'it is malformed' });
    }
  });

  it('is not taken in the clear by those who encrypt', () => {
    const { fields } = record(plainText as typeof cipher);
    expect(new TokenRecordFormat(cipher, 'key').read(fields, NOW)).toHaveProperty('unusable');
    expect(new TokenRecordFormat(plainText, 'key').read(fields, NOW)).toMatchObject({
      value: 'the-token',
    });
  });
});
