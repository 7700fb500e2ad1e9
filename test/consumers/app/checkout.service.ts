import { Injectable } from '@nestjs/common';
import { PhoenixTokenService } from 'nestjs-phoenix';

/** A provider of the host that gets the token service by its type. */
@Injectable()
export class CheckoutService {
  constructor(private readonly phoenix: PhoenixTokenService) {}

  async tokenLength(): Promise<number> {
    return (await this.phoenix.getAccessToken()).length;
  }
}
