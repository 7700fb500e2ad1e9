import {
  HttpException,
  HttpStatus,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { SignedInRequest } from '../auth/signed-in.guard.js';

/** So many requests a minute for each customer, wherever they go. */
@Injectable()
export class ThrottleGuard implements CanActivate {
  private readonly limiter: RateLimiterMemory;

  constructor(config: ConfigService) {
    const points = Number(config.get('SHOP_REQUESTS_PER_MINUTE', '100'));
    this.limiter = new RateLimiterMemory({ points, duration: 60 });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<SignedInRequest>();
    if (user === undefined) return true;
    try {
      await this.limiter.consume(user.id);
      return true;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new HttpException('Too many requests.', HttpStatus.TOO_MANY_REQUESTS);
    }
  }
}
