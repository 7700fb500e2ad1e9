import { HttpService } from '@nestjs/axios';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { firstValueFrom } from 'rxjs';

/** Asks the warehouse, and keeps a trail of every request and reply that axios lets it see. */
@Injectable()
export class StockService implements OnModuleInit {
  readonly trail: string[] = [];

  constructor(
    private readonly http: HttpService,
    private readonly config: ConfigService,
  ) {}

  onModuleInit(): void {
    const { request, response } = this.http.axiosRef.interceptors;
    request.use((config) => {
      this.trail.push(`${config.url} ${JSON.stringify(config.data)}`);
      return config;
    });
    response.use((reply) => {
      this.trail.push(`${reply.status} ${JSON.stringify(reply.data)}`);
      return reply;
    });
  }

  async count(): Promise<number> {
    const url = this.config.getOrThrow<string>('SHOP_WAREHOUSE_URL');
    const { data } = await firstValueFrom(this.http.get<{ pieces: number }>(url));
    return data.pieces;
  }
}
