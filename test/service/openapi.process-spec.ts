import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';
import { phoenixHost } from '../phoenix/harness.js';
import { RawConnection } from './raw-connection.js';
import { API_KEY, TestService } from './service.js';

const committed = JSON.parse(
  readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'),
) as OpenAPIObject;

const KEY = { 'X-API-Key': API_KEY };
const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7';

interface Call {
  readonly operation: string;
  readonly status: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** One call for every reply that the document promises. */
const CALLS: readonly Call[] = [
  ...['getToken', 'getIframeUrl'].flatMap((method): Call[] => {
    const operation = `PhoenixController_${method}`;
    const path =
      method === 'getToken'
        ? '/phoenix/token'
        : `/phoenix/iframe-url?address=${WALLET}&amount=25.00&theme=dark`;
    return [
      { operation, status: 200, path, headers: KEY },
      { operation, status: 401, path },
      {
        operation,
        status: 403,
        path,
        headers: { ...KEY, Origin: 'https://evil.example' },
        environment: { PHOENIX_ALLOWED_ORIGINS: 'https://shop.example' },
      },
      {
        operation,
        status: 429,
        path,
        headers: KEY,
        environment: { PHOENIX_RATE_LIMIT_PER_MINUTE: '1' },
      },
      {
        operation,
        status: 503,
        path,
        headers: KEY,
        environment: { PHOENIX_CLIENT_SECRET: 'wrong' },
      },
    ];
  }),
  {
    operation: 'PhoenixController_getIframeUrl',
    status: 400,
    path: '/phoenix/iframe-url?address=1&access_token=2',
    headers: KEY,
  },
  { operation: 'PhoenixHealthController_live', status: 200, path: '/health/live' },
  ...['ready', 'details'].flatMap((method): Call[] => {
    const operation = `PhoenixHealthController_${method}`;
    const path = method === 'ready' ? '/health/ready' : '/health';
    const headers = method === 'ready' ? {} : KEY;
    return [
      { operation, status: 200, path, headers },
      { operation, status: 503, path, headers, environment: { PHOENIX_CLIENT_SECRET: 'wrong' } },
    ];
  }),
  { operation: 'PhoenixHealthController_details', status: 401, path: '/health' },
  {
    operation: 'PhoenixHealthController_details',
    status: 429,
    path: '/health',
    headers: KEY,
    environment: { PHOENIX_RATE_LIMIT_PER_MINUTE: '1' },
  },
];

/** Every operation promises it, although no route answers it. */
const TIMEOUTS: readonly Call[] = [
  { operation: 'PhoenixController_getToken', path: '/phoenix/token' },
  { operation: 'PhoenixController_getIframeUrl', path: '/phoenix/iframe-url' },
  { operation: 'PhoenixHealthController_live', path: '/health/live' },
  { operation: 'PhoenixHealthController_ready', path: '/health/ready' },
  { operation: 'PhoenixHealthController_details', path: '/health' },
].map((call) => ({ ...call, status: 408 }));

/** The service has no lockParams; an application around the module has. */
const CALL_WITH_WRONG_LOCKS: Call = {
  operation: 'PhoenixController_getIframeUrl',
  status: 500,
  path: '/phoenix/iframe-url',
};

interface Documented {
  readonly operation: string;
  readonly status: number;
  readonly contentType: string;
  readonly schema: object;
  readonly example: unknown;
}

interface MediaType {
  readonly schema: object;
  readonly example?: unknown;
}

function documentedReplies(): Documented[] {
  return Object.values(committed.paths)
    .map(({ get }) => get)
    .filter((get) => get !== undefined)
    .flatMap(({ operationId = '', responses }) =>
      Object.entries(responses).flatMap(([status, response]) =>
        Object.entries((response as { content: Record<string, MediaType> }).content).map(
          ([contentType, { schema, example = exampleOf(schema) }]) => ({
            operation: operationId,
            status: Number(status),
            contentType,
            schema,
            example,
          }),
        ),
      ),
    );
}

function documentedReply(call: Pick<Call, 'operation' | 'status'>): Documented {
  const reply = documentedReplies().find(
    ({ operation, status }) => operation === call.operation && status === call.status,
  );
  if (reply === undefined) throw new Error(`${call.operation} ${call.status} is not documented.`);
  return reply;
}

/** What readers are shown for want of a whole example: those of the properties. */
function exampleOf({ $ref = '' }: { $ref?: string }): unknown {
  const { properties = {} } = committed.components?.schemas?.[$ref.split('/').at(-1) ?? ''] as {
    properties?: Record<string, { example?: unknown }>;
  };
  return Object.fromEntries(
    Object.entries(properties).map(([name, { example }]) => [name, example]),
  );
}

function findErrors(schema: object, value: unknown): unknown {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile({ ...schema, components: committed.components });
  validate(value);
  return validate.errors ?? null;
}

/** What tells one answer from another: an example of the wrong kind fits the schema all the same. */
function kindOf(body: unknown): unknown {
  const { status, code, info, error, details } = body as Record<string, object | undefined>;
  const namesIn = (part: object = {}): string[] =>
    Object.entries(part).flatMap(([name, values]) => [
      name,
      ...Object.keys(values as object).sort(),
    ]);
  return {
    fields: Object.keys(body as object).sort(),
    status,
    code,
    info: namesIn(info),
    error: namesIn(error),
    details: namesIn(details),
  };
}

/** Services by the environment they need; each is started once. */
class Services {
  readonly #started = new Map<string, Promise<TestService>>();

  with(environment: Readonly<Record<string, string>> = {}): Promise<TestService> {
    const key = JSON.stringify(environment);
    const service = this.#started.get(key) ?? TestService.start(environment);
    this.#started.set(key, service);
    return service;
  }

  async close(): Promise<void> {
    const services = await Promise.all(this.#started.values());
    await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
  }
}

async function replyTo(
  service: TestService,
  { path, status, headers = {} }: Call,
): Promise<Response> {
  // The first call settles what state the token is in, or uses up the rate limit.
  if (path.startsWith('/health')) await service.get('/phoenix/token', KEY);
  if (status === 429) await service.get(path, headers);
  return service.get(path, headers);
}

describe('the OpenAPI document', () => {
  const services = new Services();
  afterAll(() => services.close());

  it('is the one that the service serves', async () => {
    const service = await services.with();
    expect(await (await service.get('/docs-json')).json()).toEqual(committed);
  });

  it('promises no reply that is not tried here', () => {
    const tried = [...CALLS, ...TIMEOUTS, CALL_WITH_WRONG_LOCKS]
      .map(({ operation, status }) => `${operation} ${status}`)
      .sort();
    const promised = documentedReplies()
      .map(({ operation, status }) => `${operation} ${status}`)
      .sort();
    expect(tried).toEqual(promised);
  });

  it.each(CALLS)('describes what $operation answers with $status', async (call) => {
    const service = await services.with(call.environment);
    const reply = await replyTo(service, call);
    expect(reply.status).toBe(call.status);
    const documented = documentedReply(call);
    expect(reply.headers.get('content-type')).toContain(documented.contentType);
    expect(findErrors(documented.schema, await reply.clone().json())).toBeNull();
    expect(kindOf(documented.example)).toEqual(kindOf(await reply.json()));
  });

  it('describes what is answered to requests that do not arrive in time', async () => {
    const { url } = await services.with();
    await Promise.all(
      TIMEOUTS.map(async ({ operation, status, path }) => {
        using connection = await RawConnection.to(url);
        const reply = await connection.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n`).all();
        const [head = '', text = ''] = reply.split('\r\n\r\n');
        const { contentType, schema, example } = documentedReply({ operation, status });
        expect(head).toMatch(/^HTTP\/1\.1 408 /);
        expect(head).toContain(contentType);
        expect(findErrors(schema, JSON.parse(text))).toBeNull();
        expect(JSON.parse(text)).toEqual(example);
      }),
    );
  });

  it('describes what an application answers whose lockParams are wrong', async () => {
    const { operation, status, path } = CALL_WITH_WRONG_LOCKS;
    await using host = await phoenixHost()
      .options({ lockParams: () => ({ access_token: 'mine' }) })
      .start();
    const reply = await host.get(path);
    expect(reply.status).toBe(status);
    const documented = documentedReply({ operation, status });
    expect(reply.headers['content-type']).toContain(documented.contentType);
    expect(findErrors(documented.schema, reply.body)).toBeNull();
    expect(kindOf(documented.example)).toEqual(kindOf(reply.body));
  });

  it.each(documentedReplies())(
    'has an example that fits the schema of $operation $status',
    ({ schema, example }) => {
      expect(findErrors(schema, example)).toBeNull();
    },
  );

  it('has examples that fit their schemas', () => {
    for (const [name, schema] of Object.entries(committed.components?.schemas ?? {})) {
      const { properties = {} } = schema as { properties?: Record<string, { example?: unknown }> };
      for (const [property, { example, ...rest }] of Object.entries(properties)) {
        if (example === undefined) continue;
        expect({ name, property, errors: findErrors(rest, example) }).toEqual({
          name,
          property,
          errors: null,
        });
      }
    }
  });
});
