import { iframeUrl } from './iframe-url.js';

describe('The iframe URL', () => {
  it('carries parameters and token in its query', () => {
    expect(iframeUrl('https://a.example', 'token', { shareOn: 'true' })).toBe(
      'https://a.example/?access_token=token&shareOn=true',
    );
  });

  it('keeps path, query and fragment of the base', () => {
    expect(iframeUrl('https://a.example/pay?theme=dark#top', 'token', {})).toBe(
      'https://a.example/pay?access_token=token&theme=dark#top',
    );
  });

  it('lets a parameter replace every one of its name in the base', () => {
    expect(iframeUrl('https://a.example/?a=1&a=2&b=3', 'token', { a: '4' })).toBe(
      'https://a.example/?access_token=token&a=4&b=3',
    );
  });

  it('never takes the access token from anywhere else', () => {
    const url = iframeUrl('https://a.example/?access_token=base&access_token=twice', 'token', {
      access_token: 'parameter',
    });

    expect(new URL(url).searchParams.getAll('access_token')).toEqual(['token']);
  });

  it('has the form that the vendor documents, in its order (vendor page: access-token)', () => {
    const params = {
      lang: 'de',
      onlyPrivateMatching: 'true',
      shareOn: 'true',
      theme: 'dark',
      amount: '1.46',
      address: '0x742d35Cc6634C0532925a3b844Bc454e4438f44e',
    };

    expect(iframeUrl('https://app-partner.phoenix.market/', 'ey.J.w-_', params)).toBe(
      'https://app-partner.phoenix.market/?address=0x742d35Cc6634C0532925a3b844Bc454e4438f44e' +
        '&amount=1.46&access_token=ey.J.w-_&theme=dark&shareOn=true&onlyPrivateMatching=true&lang=de',
    );
  });

  it('leaves a flag out that is false, wherever it comes from', () => {
    const base = 'https://a.example/?shareOn=true&onlyPrivateMatching=false';

    expect(iframeUrl(base, 'token', { shareOn: 'false', memo: 'false' })).toBe(
      'https://a.example/?access_token=token&memo=false',
    );
  });

  it('encodes once, and so that every parser reads the same', () => {
    const url = iframeUrl('https://a.example', 'token', { memo: 'a b+c%20d' });

    expect(url).toContain('memo=a%20b%2Bc%2520d');
    expect(decodeURIComponent(new URL(url).search)).toContain('memo=a b+c%20d');
    expect(new URL(url).searchParams.get('memo')).toBe('a b+c%20d');
  });

  it('encodes whatever could end a value', () => {
    const url = new URL(
      iframeUrl('https://a.example', 'a+b/c=&d', { memo: '&access_token=x#y ü' }),
    );

    expect(url.searchParams.get('memo')).toBe('&access_token=x#y ü');
    expect(url.searchParams.get('access_token')).toBe('a+b/c=&d');
    expect(url.hash).toBe('');
  });
});
