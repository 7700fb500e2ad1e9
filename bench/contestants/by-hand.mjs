// @ts-check
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule } from 'nestjs-phoenix';
import { announce } from '../processes.mjs';
import { API_KEY } from './api-key.mjs';
import { BareController } from './bare-controller.mjs';
import { createNestHost } from './nest-host.mjs';

const [platform, tokenUrl = ''] = process.argv.slice(2);

const app = await createNestHost(platform, {
  imports: [
    ScheduleModule.forRoot(),
    PhoenixModule.forRoot({
      clientId: `by-hand-${platform}`,
      clientSecret: 'bench',
      tokenUrl,
      apiKeys: [API_KEY],
      controller: false,
      health: false,
    }),
  ],
  controllers: [BareController],
});
await app.listen(0, '127.0.0.1');
announce(await app.getUrl());
