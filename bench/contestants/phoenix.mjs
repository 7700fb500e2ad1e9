// @ts-check
import { ScheduleModule } from '@nestjs/schedule';
import { PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';
import { announce } from '../processes.mjs';
import { API_KEY } from './api-key.mjs';
import { createNestHost } from './nest-host.mjs';

const [platform, tokenUrl = ''] = process.argv.slice(2);

const app = await createNestHost(platform, {
  imports: [
    ScheduleModule.forRoot(),
    PhoenixModule.forRoot({
      clientId: `http-${platform}`,
      clientSecret: 'bench',
      tokenUrl,
      apiKeys: [API_KEY],
      health: false,
    }),
  ],
});
await app.listen(0, '127.0.0.1');
await app.get(PhoenixTokenService, { strict: false }).getAccessToken();
announce(await app.getUrl());
