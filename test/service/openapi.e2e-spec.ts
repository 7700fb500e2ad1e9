import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';
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
        : `/phoenix/iframe-url?address=${WALLET}&shareOn=true`;
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
    return [
      { operation, status: 200, path },
      { operation, status: 503, path, environment: { PHOENIX_CLIENT_SECRET: 'wrong' } },
    ];
  }),
];

interface Documented {
  readonly operation: string;
  readonly status: number;
  readonly contentType: string;
  readonly schema: object;
}

function documentedReplies(): Documented[] {
  return Object.values(committed.paths)
    .map(({ get }) => get)
    .filter((get) => get !== undefined)
    .flatMap(({ operationId = '', responses }) =>
      Object.entries(responses).flatMap(([status, response]) =>
        Object.entries((response as { content: Record<string, { schema: object }> }).content).map(
          ([contentType, { schema }]) => ({
            operation: operationId,
            status: Number(status),
            contentType,
            schema,
          }),
        ),
      ),
    );
}

function compile(schema: object): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv.compile({ ...schema, components: committed.components });
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
    const tried = CALLS.map(({ operation, status }) => `${operation} ${status}`).sort();
    const promised = documentedReplies()
      // The service exempts its probes from the rate limit; another host may not.
      .filter(({ operation, status }) => !(operation.includes('Health') && status === 429))
      .map(({ operation, status }) => `${operation} ${status}`)
      .sort();
    expect(tried).toEqual(promised);
  });

  it.each(CALLS)('describes what $operation answers with $status', async (call) => {
    const service = await services.with(call.environment);
    const reply = await replyTo(service, call);
    expect(reply.status).toBe(call.status);
    const documented = documentedReplies().find(
      ({ operation, status }) => operation === call.operation && status === call.status,
    );
    expect(reply.headers.get('content-type')).toContain(documented?.contentType);
    const validate = compile(documented?.schema ?? {});
    validate(await reply.json());
    expect(validate.errors).toBeNull();
  });

  it('has examples that fit their schemas', () => {
    for (const [name, schema] of Object.entries(committed.components?.schemas ?? {})) {
      const { properties = {} } = schema as { properties?: Record<string, { example?: unknown }> };
      for (const [property, { example, ...rest }] of Object.entries(properties)) {
        if (example === undefined) continue;
        const validate = compile(rest);
        validate(example);
        expect({ name, property, errors: validate.errors }).toEqual({
          name,
          property,
          errors: null,
        });
      }
    }
  });
});
