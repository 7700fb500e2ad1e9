import { Injectable, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { PhoenixModule, PhoenixTokenService } from '../../src/phoenix/index.js';
import { PhoenixSandboxModule } from '../../src/sandbox/index.js';

@Injectable()
class Checkout {
  constructor(readonly phoenix: PhoenixTokenService) {}
}

@Module({ providers: [Checkout] })
class CheckoutModule {}

@Module({ imports: [PhoenixModule] })
class BareImportModule {}

const OPTIONS = { clientId: 'partner', clientSecret: 'secret', controller: false } as const;

function compile(...imports: unknown[]) {
  return Test.createTestingModule({
    imports: [ScheduleModule.forRoot(), ...(imports as [])],
  }).compile();
}

describe('A module beside the one that registers PhoenixModule', () => {
  it('injects the services when the registration is global', async () => {
    const testing = await compile(
      PhoenixModule.forRoot({ ...OPTIONS, isGlobal: true }),
      PhoenixSandboxModule.forRoot(),
      CheckoutModule,
    );
    const { phoenix } = testing.get(Checkout, { strict: false });
    expect(await phoenix.getAccessToken()).toBe(
      await testing.get(PhoenixTokenService).getAccessToken(),
    );
    await testing.close();
  });

  it.each([
    ['alone', []],
    ['beside a registration', [PhoenixModule.forRoot(OPTIONS)]],
    ['beside a global one', [PhoenixModule.forRoot({ ...OPTIONS, isGlobal: true })]],
  ])('is told what to do when it imports the bare class, %s', async (_, others) => {
    await expect(compile(...others, BareImportModule)).rejects.toMatchObject({
      code: 'missing_options',
      message: expect.stringContaining('isGlobal: true') as string,
    });
  });
});
