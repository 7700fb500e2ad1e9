// @ts-check
import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { isAdmitted } from './api-key.mjs';
import { HEADERS, tokenReply } from './token-reply.mjs';

class BareGuard {
  /** @param {import('@nestjs/common').ExecutionContext} context */
  canActivate(context) {
    return isAdmitted(context.switchToHttp().getRequest().headers);
  }
}

/** The same route written by hand, with one guard. */
export class BareController {
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
