// @ts-check
import { announce } from '../processes.mjs';
import { BareController } from './bare-controller.mjs';
import { createNestHost } from './nest-host.mjs';

const app = await createNestHost(process.argv[2], { controllers: [BareController] });
await app.listen(0, '127.0.0.1');
announce(await app.getUrl());
