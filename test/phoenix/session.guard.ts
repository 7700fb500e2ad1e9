import {
  Injectable,
  Module,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';

@Injectable()
export class Sessions {
  isSignedIn(cookie: string | undefined): boolean {
    return cookie === 'session=alice';
  }
}

/** What the guard needs, so that it has to be named in `imports`. */
@Module({ providers: [Sessions], exports: [Sessions] })
export class SessionsModule {}

/** A host's own guard: admits who sends the cookie `session=alice`, and answers 401 as Nest does. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: Sessions) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: { cookie?: string } }>();
    if (this.sessions.isSignedIn(headers.cookie)) return true;
    throw new UnauthorizedException();
  }
}
