import { iframeUrl } from './iframe-url.js';

describe('The iframe URL', () => {
  it('carries parameters and token in its query', () => {
    expect(iframeUrl('https://a.example', 'token', { shareOn: 'true' })).toBe(
      'https://a.example/?shareOn=true&access_token=token',
    );
  });

  it('keeps path, query and fragment of the base', () => {
    expect(iframeUrl('https://a.example/pay?theme=dark#top', 'token', {})).toBe(
      'https://a.example/pay?theme=dark&access_token=token#top',
    );
  });

  it('lets a parameter replace every one of its name in the base', () => {
    expect(iframeUrl('https://a.example/?a=1&a=2&b=3', 'token', { a: '4' })).toBe(
      'https://a.example/?a=4&b=3&access_token=token',
    );
  });

  it('never takes the access token from anywhere else', () => {
    const url = iframeUrl('https://a.example/?access_token=base&access_token=twice', 'token', {
      access_token: 'parameter',
    });

    expect(new URL(url).searchParams.getAll('access_token')).toEqual(['token']);
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
