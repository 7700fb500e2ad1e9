import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FaultQueueService } from '../faults/fault-queue.service.js';
import { SANDBOX_SETTINGS, type SandboxSettings } from '../sandbox.options.js';
import { StatsService } from '../stats/stats.service.js';
import { faultyReply } from './faulty-reply.js';
import { rawTokenRequest } from './raw-token-request.js';
import { sendTokenReply } from './send-token-reply.js';
import { TokenGrantService } from './token-grant.service.js';
import { jsonReply, type TokenReply } from './token-reply.js';
import { authenticationOf } from './token-request.js';

export const TOKEN_PATH = '/oauth/token';

@Controller(TOKEN_PATH)
export class TokenController {
  constructor(
    @Inject(SANDBOX_SETTINGS) private readonly settings: SandboxSettings,
    private readonly tokenGrant: TokenGrantService,
    private readonly faults: FaultQueueService,
    private readonly stats: StatsService,
  ) {}

  @All()
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const raw = rawTokenRequest(request);
    const end = this.stats.tokenRequest({
      contentType: raw.contentType,
      authentication: authenticationOf(raw),
    });
    const isPost = request.method === 'POST';
    const fault = isPost ? this.faults.take() : undefined;
    const tokenReply = !isPost
      ? methodNotAllowed()
      : fault === undefined
        ? await this.tokenGrant.grant(raw)
        : await faultyReply(fault, (alteration) => this.tokenGrant.grant(raw, alteration));

    // Faults need the bare connection, and Node's own headers: no Date, a wrong one, half a body.
    reply.hijack();
    const timing = {
      delayMs: fault?.delayMs ?? 0,
      dateMs: fault?.omitDate ? null : this.settings.now() + (fault?.clockSkewSeconds ?? 0) * 1000,
    };
    const sent = await sendTokenReply(tokenReply, timing, request.raw, reply.raw);
    end({
      status: sent ? tokenReply.status : null,
      carriedToken: sent && tokenReply.carriesToken,
    });
  }
}

function methodNotAllowed(): TokenReply {
  return jsonReply(
    405,
    { error: 'invalid_request', error_description: 'The token endpoint accepts POST only.' },
    { Allow: 'POST' },
  );
}
