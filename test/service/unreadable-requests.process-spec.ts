import { RawConnection } from './raw-connection.js';
import { TestService } from './service.js';

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: unknown;
}

describe('what the service cannot read', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service[Symbol.asyncDispose]());

  async function answerTo(text: string): Promise<Answer> {
    using connection = await RawConnection.to(service.url);
    const reply = await connection.write(text).all();
    const [head = '', body = ''] = reply.split('\r\n\r\n', 2);
    return {
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
      headers: head.toLowerCase(),
      body: JSON.parse(body),
    };
  }

  it.each<[string, number, string, string]>([
    ['half of the headers', 408, 'request_timeout', 'GET /phoenix/token HTTP/1.1\r\nHost: a\r\n'],
    [
      'half of the body',
      408,
      'request_timeout',
      'POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
    ['no HTTP', 400, 'bad_request', 'nonsense\r\n\r\n'],
    ['a method of its own', 400, 'bad_request', 'BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['no host', 400, 'bad_request', 'GET /phoenix/token HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [
      'an address that is none',
      400,
      'bad_request',
      'GET /% HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ],
    [
      'headers that are too large',
      431,
      'request_header_fields_too_large',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
    [
      'a body that is too large',
      413,
      'payload_too_large',
      'POST /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n',
    ],
    [
      'chunk extensions that are too large',
      413,
      'payload_too_large',
      `POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'an expectation that nobody knows',
      417,
      'expectation_failed',
      'GET /phoenix/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: the-unexpected\r\n\r\n',
    ],
  ])(
    'is answered as problem details: %s (%i)',
    async (_what, status, code, text) => {
      const answer = await answerTo(text);
      expect(answer).toMatchObject({ status, body: { status, code } });
      expect(answer.body).toMatchObject({
        type: `urn:problem-type:phoenix:${code.replaceAll('_', '-')}`,
        title: expect.any(String) as string,
        detail: expect.stringMatching(/\w/) as string,
      });
      expect(answer.headers).toContain('content-type: application/problem+json; charset=utf-8');
      expect(answer.headers).toContain('cache-control: no-store');
      expect(answer.headers).toContain('x-content-type-options: nosniff');
      expect(answer.headers).toContain('connection: close');
      expect(answer.headers).not.toContain('strict-transport-security');
    },
    30_000,
  );

  it('does not take the place of an answer that is still to come', async () => {
    using connection = await RawConnection.to(service.url);
    const reply = await connection.get('/health/live').write('nonsense\r\n\r\n').all();
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(reply).toMatch(/\r\nconnection: close\r\n/i);
  });

  it('leaves an access line with its status where there was an address', async () => {
    await answerTo(
      'POST /half HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    expect(service.process.log).toContainEqual(
      expect.objectContaining({ context: 'Access', path: '/half', status: 408 }),
    );
  }, 30_000);
});
