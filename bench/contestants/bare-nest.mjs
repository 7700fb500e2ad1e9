// @ts-check
import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { announce } from '../processes.mjs';
import { isAdmitted } from './api-key.mjs';
import { createNestHost } from './nest-host.mjs';
import { HEADERS, tokenReply } from './token-reply.mjs';

class BareGuard {
  /** @param {import('@nestjs/common').ExecutionContext} context */
  canActivate(context) {
    return isAdmitted(context.switchToHttp().getRequest().headers);
  }
}

class BareController {
  getToken() {
    return tokenReply();
  }
}

Controller('phoenix')(BareController);
UseGuards(BareGuard)(BareController);
const route = /** @type {PropertyDescriptor} */ (
  Object.getOwnPropertyDescriptor(BareController.prototype, 'getToken')
);
Get('token')(BareController.prototype, 'getToken', route);
for (const [name, value] of Object.entries(HEADERS)) {
  Header(name, value)(BareController.prototype, 'getToken', route);
}

const app = await createNestHost(process.argv[2], { controllers: [BareController] });
await app.listen(0, '127.0.0.1');
announce(await app.getUrl());
