import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';

/** Stands for the guard that your application has already. */
@Injectable()
export class SessionGuard implements CanActivate {
  /** Cookies of the sessions that your sign-in began. */
  static readonly sessions = new Set<string>();

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | undefined> }>();
    return headers.cookie !== undefined && SessionGuard.sessions.has(headers.cookie);
  }
}
