import { Injectable } from '@nestjs/common';
import { InjectPhoenix, PhoenixTokenService } from 'nestjs-phoenix';

/** The token services, injected by type and by name. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly phoenix: PhoenixTokenService,
    @InjectPhoenix('eu') private readonly phoenixEu: PhoenixTokenService,
  ) {}

  /** An account can be charged once its first token has come. */
  accountsInService(): string[] {
    const accounts = { default: this.phoenix, eu: this.phoenixEu };
    return Object.entries(accounts)
      .filter(([, account]) => account.status().fingerprint !== undefined)
      .map(([name]) => name);
  }
}
