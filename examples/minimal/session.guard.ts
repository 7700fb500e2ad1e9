import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';

/** Stands for the guard that your application has already. */
@Injectable()
export class SessionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | undefined> }>();
    return headers.cookie?.includes('session=') ?? false;
  }
}
