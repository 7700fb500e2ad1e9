import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthService, type Customer } from './auth.service.js';
import { Public } from './public.decorator.js';

export interface SignedInRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  user?: Customer;
}

@Injectable()
export class SignedInGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly auth: AuthService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    if (this.reflector.getAllAndOverride(Public, [context.getHandler(), context.getClass()])) {
      return true;
    }
    const [scheme, sessionToken = ''] = (request.headers.authorization ?? '').split(' ');
    const customer = scheme === 'Bearer' ? await this.auth.customerOf(sessionToken) : undefined;
    if (customer === undefined) throw new UnauthorizedException('Sign in first.');
    request.user = customer;
    return true;
  }
}
