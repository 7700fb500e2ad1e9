import {
  Controller,
  Get,
  Header,
  Inject,
  Query,
  Req,
  UseFilters,
  UseGuards,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { PhoenixIframeService } from '../iframe/phoenix-iframe.service.js';
import type { RegistrationTokens } from '../inject-phoenix.decorator.js';
import type { PhoenixTokenService } from '../token/phoenix-token.service.js';
import { OriginGuard } from './origin.guard.js';
import { ApiIframeParams } from './iframe-params.openapi.js';
import { PhoenixIframeUrlDto, PhoenixTokenDto } from './phoenix.dto.js';
import { ownHandlers } from '../own-handlers.js';
import type { RouteFace } from '../phoenix.registration.js';
import type { SecurityRequirement } from './admission.js';
import {
  ApiForbiddenOrigin,
  ApiProblem,
  ApiTokenProblems,
  ApiUnauthenticated,
  type GuardAnswers,
} from './phoenix.openapi.js';
import { problemDetails } from './problem-details.js';
import { PhoenixExceptionFilter } from './phoenix-exception.filter.js';

/** The routes; each registration of the module gets a subclass with its own path and guards. */
export abstract class PhoenixController {
  constructor(
    private readonly tokens: PhoenixTokenService,
    private readonly iframes: PhoenixIframeService,
  ) {}

  @Get('token')
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiOperation({
    summary: 'The Phoenix access token',
    description: 'The one token that all users share, with at least the promised life left.',
  })
  @ApiOkResponse({ description: 'A usable token.', type: PhoenixTokenDto })
  @ApiTokenProblems()
  async getToken(): Promise<PhoenixTokenDto> {
    const token = await this.tokens.getToken();
    const reply: PhoenixTokenDto = {
      access_token: token.value,
      token_type: token.tokenType,
      expires_in: token.expiresIn(),
      expires_at: token.expiresAtText,
    };
    if (token.scope.length > 0) reply.scope = token.scope.join(' ');
    return reply;
  }

  @Get('iframe-url')
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiOperation({
    summary: 'The address of the payment iframe',
    description:
      'The iframe URL with the access token in it, and what else a page needs to embed it.',
  })
  @ApiIframeParams()
  @ApiOkResponse({ description: 'An address to embed at once.', type: PhoenixIframeUrlDto })
  @ApiProblem(
    'A parameter is missing, malformed, misspelt, reserved, or locked to another value.',
    problemDetails('invalid_parameters', 'Correct the parameters listed in invalid_params.', [
      { name: 'amount', reason: 'is required, and has no value' },
    ]),
  )
  @ApiProblem(
    'The application locks a parameter to something unusable; its log says what.',
    problemDetails('internal_error', 'This could not be answered. It was logged.'),
  )
  @ApiTokenProblems()
  async getIframeUrl(
    @Query() params: Record<string, unknown>,
    @Req() request: unknown,
  ): Promise<PhoenixIframeUrlDto> {
    const { token, refreshAfter, ...embedding } = await this.iframes.create(params, request);
    return {
      url: embedding.url,
      origin: embedding.origin,
      allow: embedding.allow,
      width: embedding.width,
      height: embedding.height,
      title: embedding.title,
      expires_in: token.expiresIn(),
      expires_at: token.expiresAtText,
      refresh_after: refreshAfter.toISOString(),
    };
  }
}

export interface ControllerFace extends RouteFace {
  readonly className: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly securityRequirements: readonly SecurityRequirement[];
  readonly answeredBy: GuardAnswers;
  readonly tokens: Pick<RegistrationTokens, 'tokenService' | 'iframeService'>;
}

const HANDLERS = ['getToken', 'getIframeUrl'];

/** A controller class of its own, so that no two registrations share metadata. */
export function createPhoenixController(face: ControllerFace): Type<PhoenixController> {
  @ApiTags('Phoenix')
  @Controller({ path: face.path, ...(face.version !== undefined && { version: face.version }) })
  @UseGuards(OriginGuard, ...face.guards)
  @UseFilters(PhoenixExceptionFilter)
  class RegisteredPhoenixController extends PhoenixController {
    constructor(
      @Inject(face.tokens.tokenService) tokens: PhoenixTokenService,
      @Inject(face.tokens.iframeService) iframes: PhoenixIframeService,
    ) {
      super(tokens, iframes);
    }
  }

  const decorators = [
    ...ApiUnauthenticated(face.answeredBy),
    ApiForbiddenOrigin(face.answeredBy),
    ...face.securityRequirements.map((requirement) => ApiSecurity(requirement)),
    ...face.decorators,
  ];
  for (const decorate of decorators) decorate(RegisteredPhoenixController);
  ownHandlers(RegisteredPhoenixController, HANDLERS, face.handlerDecorators);
  Object.defineProperty(RegisteredPhoenixController, 'name', {
    value: `${face.className}Controller`,
  });
  return RegisteredPhoenixController;
}
