import { addressIn, clientAddress, createProxyTrust, networkOf } from './client-address.js';

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:50000', '203.0.113.7'],
    ['"203.0.113.7:50000"', '203.0.113.7'],
    ['2001:db8::7', '2001:db8:0:0:0:0:0:7'],
    ['2001:DB8:0:0::0007', '2001:db8:0:0:0:0:0:7'],
    ['[2001:db8::7]', '2001:db8:0:0:0:0:0:7'],
    ['[2001:db8::7]:50000', '2001:db8:0:0:0:0:0:7'],
    ['"[2001:db8::7]:50000"', '2001:db8:0:0:0:0:0:7'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
  ])('is found in %j', (text, address) => {
    expect(addressIn(text)).toBe(address);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7:port',
    '203.0.113.7:123456',
    '203.0.113.7, 203.0.113.8',
    '[203.0.113.7]',
    '[2001:db8::7',
    '2001:db8::7::1',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8:50000',
    '-1',
    '%eth0',
  ])('is not %j', (text) => {
    expect(addressIn(text)).toBeUndefined();
  });
});

describe('the client', () => {
  const clientOf = (
    forwarded: string | undefined,
    trust: boolean | readonly string[] = ['10.0.0.0/8', '::ffff:192.0.2.0/120'],
    remoteAddress: string | undefined = '::ffff:10.0.0.1',
  ): string =>
    clientAddress(
      {
        socket: { remoteAddress },
        headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) },
      },
      createProxyTrust(trust),
    );

  it.each([
    ['nobody else, without the header', undefined, '10.0.0.1'],
    ['nobody else, with an empty header', ' , ', '10.0.0.1'],
    ['whom the proxy names', '203.0.113.7', '203.0.113.7'],
    ['whom the proxy names, with a port', '203.0.113.7:50000', '203.0.113.7'],
    ['the last one named', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['whom a trusted hop with a port names', '203.0.113.7, 10.1.2.3:8080', '203.0.113.7'],
    [
      'whom a trusted hop written as IPv6 names',
      '203.0.113.7, [::ffff:192.0.2.1]:1',
      '203.0.113.7',
    ],
    ['the farthest hop, if all are trusted', '10.9.9.9, 10.1.2.3', '10.9.9.9'],
    ['the socket, if the header holds no address', 'garbage', '10.0.0.1'],
    ['the socket, if a trusted hop passes no address on', 'garbage, 10.1.2.3', '10.0.0.1'],
    ['not what stands before an untrusted one', 'garbage, 203.0.113.7', '203.0.113.7'],
  ])('is %s', (_case, forwarded, client) => {
    expect(clientOf(forwarded)).toBe(client);
  });

  it('is the socket when nobody, or somebody else, is trusted', () => {
    expect(clientOf('203.0.113.7', false)).toBe('10.0.0.1');
    expect(clientOf('203.0.113.7', ['10.0.0.2'])).toBe('10.0.0.1');
    expect(clientOf('203.0.113.7', ['2001:db8::/32'])).toBe('10.0.0.1');
  });

  it('is whom anybody names when all are trusted', () => {
    expect(clientOf('203.0.113.7, 198.51.100.1', true)).toBe('203.0.113.7');
  });

  it.each([
    ['loopback', '::1'],
    ['loopback', '127.0.0.53'],
    ['linklocal', 'fe80::1%eth0'],
    ['uniquelocal', 'fd00::1'],
    ['uniquelocal', '::ffff:172.16.0.1'],
    ['2001:db8::1', '2001:DB8:0::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
  ])('is named by a proxy of %s at %s', (network, proxy) => {
    expect(clientOf('203.0.113.7', [network], proxy)).toBe('203.0.113.7');
  });

  it('has no address when its socket is gone', () => {
    expect(clientAddress({ socket: {}, headers: {} }, () => true)).toBe('');
  });
});

describe('one client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'],
  ])('with the address %s is %s', (address, client) => {
    expect(networkOf(address)).toBe(client);
  });
});
