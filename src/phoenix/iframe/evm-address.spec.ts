import { isEvmAddress } from './evm-address.js';

// The vectors of EIP-55.
const ALL_CAPS = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
];
const ALL_LOWER = [
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
];
const MIXED = [
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

const swapCase = (letter: string) =>
  letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();

describe('An EVM address', () => {
  it.each([...ALL_CAPS, ...ALL_LOWER, ...MIXED])('%s is one (EIP-55)', (address) => {
    expect(isEvmAddress(address)).toBe(true);
  });

  it.each([...ALL_CAPS, ...MIXED])('%s is one in lower case too', (address) => {
    expect(isEvmAddress(address.toLowerCase())).toBe(true);
  });

  it.each(MIXED)('%s is none once any one letter changes its case', (address) => {
    const letters = [...address.matchAll(/[a-f]/gi)].map(({ index }) => index);

    for (const index of letters) {
      const mistyped =
        address.slice(0, index) + swapCase(address.charAt(index)) + address.slice(index + 1);
      expect(isEvmAddress(mistyped)).toBe(false);
    }
  });

  it.each([
    ['without 0x', MIXED[0]!.slice(2)],
    ['with 0X', MIXED[0]!.replace('0x', '0X')],
    ['a digit short', MIXED[0]!.slice(0, -1)],
    ['a digit long', `${MIXED[0]!}0`],
    ['with a letter that is no digit', MIXED[0]!.replace('d', 'g')],
    ['with a line break', `${MIXED[0]!}\n`],
    ['with a space', ` ${MIXED[0]!}`],
    ['empty', ''],
  ])('is none %s', (_, text) => {
    expect(isEvmAddress(text)).toBe(false);
  });
});
