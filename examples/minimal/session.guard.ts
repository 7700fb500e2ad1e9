import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';

/** Stands for the guard that your application has already. */
@Injectable()
export class SessionGuard implements CanActivate {
  /** Sessions that your sign-in began. */
  static readonly sessions = new Set<string>();

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | undefined> }>();
    const session = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return session !== undefined && SessionGuard.sessions.has(session);
  }
}
