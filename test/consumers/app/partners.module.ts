import { Injectable, Module, type CanActivate, type ExecutionContext } from '@nestjs/common';

/** Who may pay; a real host would ask its database. */
@Injectable()
export class PartnersService {
  isKnown(name: unknown): boolean {
    return name === 'alice';
  }
}

/** The host's own guard, with a dependency of its own. */
@Injectable()
export class PartnerGuard implements CanActivate {
  constructor(private readonly partners: PartnersService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return this.partners.isKnown(request.headers['x-partner']);
  }
}

@Module({ providers: [PartnersService, PartnerGuard], exports: [PartnersService, PartnerGuard] })
export class PartnersModule {}
