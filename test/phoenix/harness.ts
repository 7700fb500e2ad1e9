import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import {
  PhoenixModule,
  PhoenixTokenService,
  type PhoenixModuleExtras,
  type PhoenixOptions,
} from '../../src/phoenix/index.js';
import { PHOENIX_CLOCK } from '../../src/phoenix/phoenix.tokens.js';
import type { PhoenixSandbox } from '../../src/sandbox/index.js';
import type { FakeClock } from '../support/fake-clock.js';
import { Logbook } from './logbook.js';

/** What a host may choose: its HTTP platform, and how it gives us the options. */
export interface HostKind {
  readonly platform: 'express' | 'fastify';
  readonly form: 'forRoot' | 'forRootAsync';
}

/** For `describe.each`: both platforms, both ways to register. */
export const EVERY_HOST: readonly HostKind[] = [
  { platform: 'express', form: 'forRoot' },
  { platform: 'express', form: 'forRootAsync' },
  { platform: 'fastify', form: 'forRoot' },
  { platform: 'fastify', form: 'forRootAsync' },
];

/** For what the way to register cannot change. */
export const EVERY_PLATFORM: readonly HostKind[] = [
  { platform: 'express', form: 'forRoot' },
  { platform: 'fastify', form: 'forRootAsync' },
];

export const API_KEY = 'test-api-key-0123456789';

/** What one indicator says in a health reply. */
export interface IndicatorBody {
  readonly status: string;
  readonly refresh_after: string;
  readonly next_refresh_at: string;
}

/** The fields of our replies; which of them a reply has is for the test to say. */
export interface ReplyBody {
  readonly access_token: string;
  readonly expires_in: number;
  readonly expires_at: string;
  readonly scope?: string;
  readonly url: string;
  readonly origin: string;
  readonly allow: string;
  readonly refresh_after: string;
  readonly code: string;
  readonly detail: string;
  readonly invalid_params: readonly { readonly name: string; readonly reason: string }[];
  readonly status: string | number;
  readonly info: { readonly phoenix: IndicatorBody };
  readonly error: { readonly phoenix: IndicatorBody };
  readonly details: Readonly<Record<string, IndicatorBody>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly body: ReplyBody;
}

type Headers = Readonly<Record<string, string | string[]>>;
type Preparation = (app: INestApplication) => unknown;

/** Begins to describe an application around the module; `start()` ends it. */
export function phoenixHost(
  kind: HostKind = { platform: 'express', form: 'forRoot' },
): HostBuilder {
  return new HostBuilder(kind);
}

/** Registers the module the way the kind of host does. */
export function register(
  { form }: HostKind,
  options: PhoenixOptions,
  extras: PhoenixModuleExtras = {},
): NonNullable<ModuleMetadata['imports']>[number] {
  return form === 'forRoot'
    ? PhoenixModule.forRoot({ ...options, ...extras })
    : PhoenixModule.forRootAsync({
        useFactory: () => Promise.resolve(options),
        ...extras,
        imports: extras.imports ?? [],
      });
}

export class HostBuilder {
  #options: PhoenixOptions = {
    clientId: 'partner',
    clientSecret: 'a secret that nobody accepts',
    // Nobody listens there: a test that needs a vendor names one.
    tokenUrl: 'http://127.0.0.1:9/oauth/token',
    apiKeys: [API_KEY],
  };
  #extras: PhoenixModuleExtras = {};
  #metadata: ModuleMetadata = {};
  #registered = true;
  #scheduled = true;
  #clock: FakeClock | undefined;
  #logbook = new Logbook();
  readonly #preparations: Preparation[] = [];

  constructor(private readonly kind: HostKind) {}

  /** Tokens come from this sandbox. */
  vendor({ tokenUrl, iframeUrl, clientId, clientSecret }: PhoenixSandbox): this {
    return this.options({ tokenUrl, iframeUrl, clientId, clientSecret });
  }

  options(options: Partial<PhoenixOptions>): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }

  extras(extras: PhoenixModuleExtras): this {
    this.#extras = { ...this.#extras, ...extras };
    return this;
  }

  /** Further parts of the host's own root module. */
  around(metadata: ModuleMetadata): this {
    this.#metadata = { ...this.#metadata, ...metadata };
    return this;
  }

  /** The root module does not register us itself: `around` does. */
  unregistered(): this {
    this.#registered = false;
    return this;
  }

  withoutScheduler(): this {
    this.#scheduled = false;
    return this;
  }

  clock(clock: FakeClock): this {
    this.#clock = clock;
    return this;
  }

  logbook(logbook: Logbook): this {
    this.#logbook = logbook;
    return this;
  }

  /** What a `main.ts` does between creating the application and listening. */
  prepare(preparation: Preparation): this {
    this.#preparations.push(preparation);
    return this;
  }

  async start(): Promise<PhoenixHost> {
    const building = Test.createTestingModule({
      ...this.#metadata,
      imports: [
        ...(this.#scheduled ? [ScheduleModule.forRoot()] : []),
        ...(this.#registered ? [register(this.kind, this.#options, this.#extras)] : []),
        ...(this.#metadata.imports ?? []),
      ],
    }).setLogger(this.#logbook);
    if (this.#clock) building.overrideProvider(PHOENIX_CLOCK).useValue(this.#clock);
    const testing = await building.compile();
    const app: INestApplication =
      this.kind.platform === 'express'
        ? testing.createNestApplication()
        : testing.createNestApplication(new FastifyAdapter());
    for (const prepare of this.#preparations) prepare(app);
    try {
      await app.listen(0, '127.0.0.1');
    } catch (error) {
      await app.close();
      throw error;
    }
    return new PhoenixHost(app, await app.getUrl(), this.#logbook);
  }

  /** Starts what must not start, and returns why. */
  async failToStart(): Promise<Error> {
    let host: PhoenixHost;
    try {
      host = await this.start();
    } catch (error) {
      return error as Error;
    }
    await host.close();
    throw new Error('The application started, although it should have refused to.');
  }
}

/** A listening application with the module in it. */
export class PhoenixHost implements AsyncDisposable {
  constructor(
    readonly app: INestApplication,
    readonly url: string,
    readonly logbook: Logbook,
  ) {}

  get tokens(): PhoenixTokenService {
    return this.app.get(PhoenixTokenService, { strict: false });
  }

  get(path: string, headers?: Headers): Promise<Reply> {
    return this.send('GET', path, headers);
  }

  /** Sends a request, with our API key unless other headers are given. */
  async send(
    method: string,
    path: string,
    headers: Headers = { 'X-API-Key': API_KEY },
  ): Promise<Reply> {
    const test = new request.Test(this.url, method, path);
    for (const [name, value] of Object.entries(headers)) test.set(name, value as string);
    return await test;
  }

  close(): Promise<void> {
    return this.app.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
