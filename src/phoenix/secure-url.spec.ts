import { originOf, secureUrl } from './secure-url.js';

describe('A URL that carries secrets', () => {
  it.each([
    'https://api.phoenix.market/oauth/token',
    'https://api.example:8443/token?tenant=a',
    'http://localhost:4000/oauth/token',
    'http://127.0.0.1/',
    'http://127.8.9.10:1/',
    'http://[::1]:4000/',
  ])('may be %s', (url) => {
    expect(secureUrl.parse(url)).toBe(url);
  });

  it.each([
    ['https:/api.phoenix.market/oauth/token', 'https://api.phoenix.market/oauth/token'],
    ['HTTPS://API.phoenix.market', 'https://api.phoenix.market/'],
    [' https://api.phoenix.market/oauth/token\n', 'https://api.phoenix.market/oauth/token'],
  ])('may be written as %p', (text, url) => {
    expect(secureUrl.parse(text)).toBe(url);
  });

  it.each([
    ['http://api.phoenix.market/', 'is neither https nor on a loopback address'],
    ['http://localhost.evil.example/', 'is neither https nor on a loopback address'],
    ['http://127.0.0.1.evil.example/', 'is neither https nor on a loopback address'],
    ['http://10.0.0.1/', 'is neither https nor on a loopback address'],
    ['http://[::2]/', 'is neither https nor on a loopback address'],
    ['ftp://localhost/', 'is neither https nor on a loopback address'],
    ['file:///etc/passwd', 'is neither https nor on a loopback address'],
    ['https://user@api.example/', 'must not hold credentials'],
    ['https://:password@api.example/', 'must not hold credentials'],
    ['/oauth/token', 'is not an absolute URL'],
    ['', 'is not an absolute URL'],
  ])('may not be %p: it %s', (url, problem) => {
    expect(secureUrl.safeParse(url).error?.issues.map(({ message }) => message)).toEqual([problem]);
  });
});

describe('The origin of a text', () => {
  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://shop.example:443/cart?a=1', 'https://shop.example'],
    ['http://SHOP.example:8080', 'http://shop.example:8080'],
    ['null', undefined],
    ['*', undefined],
    ['data:text/html,hi', undefined],
  ])('%s is %s', (text, origin) => {
    expect(originOf(text)).toBe(origin);
  });
});
