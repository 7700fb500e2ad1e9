import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';

/** A cron job of the shop, beside the library's. */
@Injectable()
export class ReportsJob {
  written = 0;

  @Cron(CronExpression.EVERY_HOUR)
  write(): void {
    this.written++;
  }
}
