import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const EXPIRES_AT = '2026-01-01T13:00:00.000Z';
const REFRESH_AFTER = '2026-01-01T12:50:00.000Z';

/** Reply of `GET token`: names and meanings of RFC 6749 §5.1. */
export class PhoenixTokenDto {
  @ApiProperty({
    description:
      'The access token. A bearer token for the whole partner: keep it out of logs and storage.',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl',
  })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Seconds of life left.', example: 3120 })
  expires_in!: number;

  @ApiProperty({ format: 'date-time', description: 'When it expires.', example: EXPIRES_AT })
  expires_at!: string;

  @ApiPropertyOptional({
    description:
      'Granted scopes, space-separated (RFC 6749 §3.3); absent when Phoenix did not say.',
    example: 'iframe',
  })
  scope?: string;
}

/** Reply of `GET iframe-url`: what a page needs to embed the iframe. */
export class PhoenixIframeUrlDto {
  @ApiProperty({
    format: 'uri',
    description: "Address for the iframe's src. Holds the access token: keep it out of logs.",
    example:
      'https://app-partner.phoenix.market/?address=0x52908400098527886E0F7030069857D2E4169EE7' +
      '&amount=25.00&access_token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl',
  })
  url!: string;

  @ApiProperty({
    description: 'Compare event.origin of incoming messages with it.',
    example: 'https://app-partner.phoenix.market',
  })
  origin!: string;

  @ApiProperty({
    description: "Value for the iframe's allow attribute.",
    example: 'clipboard-write',
  })
  allow!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Width of the iframe in CSS pixels.',
    example: 350,
  })
  width!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Height of the iframe in CSS pixels.',
    example: 600,
  })
  height!: number;

  @ApiProperty({
    description: "Value for the iframe's title attribute.",
    example: 'Phoenix payment',
  })
  title!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Seconds of life that the token in the URL has left.',
    example: 3120,
  })
  expires_in!: number;

  @ApiProperty({
    format: 'date-time',
    description: 'When the token in the URL expires.',
    example: EXPIRES_AT,
  })
  expires_at!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'From when on a new URL brings a newer token.',
    example: REFRESH_AFTER,
  })
  refresh_after!: string;
}

class PhoenixInvalidParamDto {
  @ApiProperty({ description: 'Name of the parameter.', example: 'address' })
  name!: string;

  @ApiProperty({ description: 'What is wrong with it.', example: 'is not an EVM address' })
  reason!: string;
}

/** Problem details (RFC 9457), the body of every failure. */
export class PhoenixProblemDto {
  @ApiProperty({
    description: 'Identifies the kind of problem.',
    example: 'urn:problem-type:phoenix:token-unavailable',
  })
  type!: string;

  @ApiProperty({ example: 'No usable Phoenix token at the moment' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, example: 503 })
  status!: number;

  @ApiProperty({ example: 'Phoenix issues no token at present. Try again later.' })
  detail!: string;

  @ApiProperty({
    description:
      'The kind of problem in one word, for programs: unauthorized, origin_not_allowed, invalid_parameters, ' +
      'token_unavailable, keys_unavailable or internal_error; or the HTTP status in words, such as too_many_requests.',
    example: 'token_unavailable',
  })
  code!: string;

  @ApiPropertyOptional({
    type: [PhoenixInvalidParamDto],
    description: 'Every parameter that was refused.',
  })
  invalid_params?: PhoenixInvalidParamDto[];
}
