import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';

const FLAG = { type: 'string' as const, enum: ['true', 'false'] };

/** The parameters of the iframe that the vendor documents, in its order, and the open map of further ones. */
export const ApiIframeParams = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'address',
      required: true,
      description:
        'Wallet that receives the payment: an EVM address, its EIP-55 checksum verified, ' +
        'unless the option addressFormat admits any. May be left out where iframeParams or lockParams give it, ' +
        'or requiredIframeParams does not name it.',
      schema: {
        type: 'string',
        minLength: 1,
        maxLength: 512,
        example: '0x52908400098527886E0F7030069857D2E4169EE7',
      },
    }),
    ApiQuery({
      name: 'amount',
      required: true,
      description:
        'Amount in USD, above 0, within the limits of the options minAmountUsd and maxAmountUsd. ' +
        'May be left out where iframeParams or lockParams give it, or requiredIframeParams does not name it.',
      schema: {
        type: 'string',
        pattern: '^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,2})?$',
        example: '25.00',
      },
    }),
    ApiQuery({
      name: 'theme',
      required: false,
      description: 'Colours of the payment page.',
      schema: { type: 'string', enum: ['light', 'dark'], example: 'dark' },
    }),
    ApiQuery({
      name: 'shareOn',
      required: false,
      description:
        'Whether the payer may make payment links, which carry the access token. true is refused unless the ' +
        'option paymentLinks is on; false is the same as leaving it out.',
      schema: { ...FLAG, example: 'false' },
    }),
    ApiQuery({
      name: 'onlyPrivateMatching',
      required: false,
      description:
        "Whether only sellers of the partner's own network are asked first. false is the same as leaving it out.",
      schema: { ...FLAG, example: 'true' },
    }),
    ApiQuery({
      name: 'params',
      required: false,
      style: 'form',
      explode: true,
      description:
        'Further query parameters, passed on to Phoenix under their own names: 1 to 64 letters, ' +
        'digits or underscores. access_token and payment_id are refused, and so is a name that differs ' +
        'from a known one by case or underscores only.',
      schema: {
        type: 'object',
        additionalProperties: { type: 'string', maxLength: 512 },
        example: { lang: 'de' },
      },
    }),
  );
