import { All, Controller, HttpCode } from '@nestjs/common';
import { StatsService } from './stats.service.js';

export const REDIRECT_TARGET_PATH = '/sandbox/redirect-target';

/** Where a redirect fault leads: answers with a plausible token, so that a client that follows is caught. */
@Controller(REDIRECT_TARGET_PATH)
export class RedirectTargetController {
  constructor(private readonly stats: StatsService) {}

  @All()
  @HttpCode(200)
  hit() {
    this.stats.redirectTargetHit();
    return {
      access_token: 'token-of-a-followed-redirect',
      token_type: 'Bearer',
      expires_in: 3600,
      scope: ['iframe'],
    };
  }
}
