import {
  Controller,
  Get,
  type BeforeApplicationShutdown,
  Module,
  type DynamicModule,
  type Provider,
} from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { PhoenixHealthIndicator } from '../../src/phoenix/index.js';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { phoenixHost } from './harness.js';

/** Modules shut down from the outside in: so deep, a provider sees what ours did before. */
function deepInside(provider: Provider, levels = 4): DynamicModule {
  @Module({})
  class Level {}
  return levels === 0
    ? { module: Level, providers: [provider] }
    : { module: Level, imports: [deepInside(provider, levels - 1)] };
}

describe('Health while shutting down', () => {
  it('is not ready although a token is at hand, and still alive', async () => {
    await using sandbox = await PhoenixSandbox.start();
    const seen: unknown[] = [];
    /** Looks at the probes in the middle of the shutdown, when the server still answers. */
    const observer: BeforeApplicationShutdown = {
      async beforeApplicationShutdown() {
        for (const path of ['/live', '/ready', '']) {
          const { status, body } = await app.get(`/phoenix/health${path}`, {});
          seen.push([path, status, body.status]);
        }
      },
    };
    const app = await phoenixHost()
      .vendor(sandbox)
      .around({ imports: [deepInside({ provide: 'observer', useValue: observer })] })
      .start();
    await app.tokens.getAccessToken();

    await app.close();

    expect(seen).toEqual([
      ['/live', 200, 'ok'],
      ['/ready', 503, 'shutting_down'],
      ['', 503, 'shutting_down'],
    ]);
  });
});

@Controller('host-health')
class HostHealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly phoenix: PhoenixHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([
      () => this.phoenix.check(),
      () => this.phoenix.checkReadiness('payments'),
    ]);
  }
}

describe('The indicator in a health controller of the host', () => {
  it('reports under its own key or a given one', async () => {
    await using sandbox = await PhoenixSandbox.start();
    await using app = await phoenixHost()
      .vendor(sandbox)
      .extras({ health: false })
      .around({
        imports: [TerminusModule.forRoot({ logger: false })],
        controllers: [HostHealthController],
      })
      .start();
    await app.tokens.getAccessToken();

    const { status, body } = await app.get('/host-health', {});

    expect(status).toBe(200);
    expect(body.details).toEqual({
      phoenix: expect.objectContaining({ status: 'up', state: 'FRESH' }) as unknown,
      payments: { status: 'up' },
    });
  });
});
