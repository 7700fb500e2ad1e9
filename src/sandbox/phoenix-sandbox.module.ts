import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { PhoenixStandIn } from '../phoenix/phoenix.stand-in.js';
import { PHOENIX_STAND_IN } from '../phoenix/phoenix.tokens.js';
import { PhoenixSandbox } from './phoenix-sandbox.js';
import type { PhoenixSandboxOptions } from './sandbox.options.js';

/**
 * Puts a sandbox in Phoenix's place, for tests of an application that imports `PhoenixModule`: every
 * registration asks the sandbox for its tokens, with the sandbox's credentials, whatever its options say,
 * and shares them with nobody: a `store` is not opened.
 * The sandbox starts and closes with the application, and is injected by its class.
 *
 * @example
 * ```ts
 * const moduleRef = await Test.createTestingModule({
 *   imports: [AppModule, PhoenixSandboxModule.forRoot()],
 * }).compile();
 * moduleRef.get(PhoenixSandbox).setFault({ kind: 'status', status: 503 });
 * ```
 */
@Module({})
export class PhoenixSandboxModule implements OnApplicationShutdown {
  /** @internal */
  constructor(@Inject(PhoenixSandbox) private readonly sandbox: PhoenixSandbox) {}

  /** @param options of {@link PhoenixSandbox.start} */
  static forRoot(options: PhoenixSandboxOptions = {}): DynamicModule {
    return {
      module: PhoenixSandboxModule,
      global: true,
      providers: [
        { provide: PhoenixSandbox, useFactory: () => startBeside(options) },
        { provide: PHOENIX_STAND_IN, inject: [PhoenixSandbox], useFactory: standIn },
      ],
      exports: [PhoenixSandbox, PHOENIX_STAND_IN],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.sandbox.close();
  }
}

/** An application that fails to boot cannot close it, and shall end all the same. */
async function startBeside(options: PhoenixSandboxOptions): Promise<PhoenixSandbox> {
  const sandbox = await PhoenixSandbox.start(options);
  sandbox.unref();
  new Logger('PhoenixSandbox').warn(
    'A sandbox stands in for Phoenix: no vendor knows its tokens. Import PhoenixSandboxModule in tests only.',
  );
  return sandbox;
}

function standIn(sandbox: PhoenixSandbox): PhoenixStandIn {
  const { tokenUrl, iframeUrl, clientId } = sandbox;
  return { tokenUrl, iframeUrl, clientId, clientSecret: () => sandbox.clientSecret };
}
