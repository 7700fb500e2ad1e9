import { Controller, Inject, Post } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { ApiExcludeController } from '@nestjs/swagger';
import { SignJWT } from 'jose';
import { phoenixConfig } from '../phoenix/index.js';

export const DEMO_ISSUER = 'demo-shop';
export const DEMO_AUDIENCE = 'phoenix-token-service';

const SESSION_SECONDS = 300;
/** The visitor's own wallet. */
const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7';

/** What a signed-in visitor of the shop gets. */
export interface DemoSession {
  /** JWT that the token service accepts. */
  readonly session_token: string;
  readonly expires_in: number;
  readonly wallet: string;
}

/** Stands for the shop's own sign-in: everybody is let in. */
@ApiExcludeController()
@Controller('demo/session')
export class SessionController {
  constructor(
    @Inject(phoenixConfig.KEY) private readonly options: ConfigType<typeof phoenixConfig>,
  ) {}

  @Post()
  async signIn(): Promise<DemoSession> {
    const secret = this.options.jwt?.secret;
    const key = new TextEncoder().encode(typeof secret === 'function' ? secret() : secret);
    const token = await new SignJWT({ wallet: WALLET })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('demo-visitor')
      .setIssuer(DEMO_ISSUER)
      .setAudience(DEMO_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${SESSION_SECONDS}s`)
      .sign(key);
    return { session_token: token, expires_in: SESSION_SECONDS, wallet: WALLET };
  }
}
