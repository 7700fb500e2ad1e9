import { rightSpelling, spellingsOf } from './param-spelling.js';

const spellings = spellingsOf(['address', 'access_token', 'shareOn', 'order_ref', 'orderRef']);

describe('The right spelling of a name', () => {
  it.each([
    ['Address', 'address'],
    ['ADDRESS', 'address'],
    ['add_ress', 'address'],
    ['_address_', 'address'],
    ['accessToken', 'access_token'],
    ['ACCESS__TOKEN', 'access_token'],
    ['share_on', 'shareOn'],
    ['shareon', 'shareOn'],
    ['orderRef', 'order_ref'],
  ])('of %s is %s', (name, right) => {
    expect(rightSpelling(name, spellings)).toBe(right);
  });

  it.each(['address', 'access_token', 'shareOn', 'order_ref'])('of %s is what it is', (name) => {
    expect(rightSpelling(name, spellings)).toBeUndefined();
  });

  it.each(['adress', 'lang', '_', '', '__proto__', 'constructor'])('of %j is not known', (name) => {
    expect(rightSpelling(name, spellings)).toBeUndefined();
  });
});
