import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { CatalogController } from './catalog.controller.js';
import { StockService } from './stock.service.js';

@Module({
  imports: [HttpModule], // bare: it shares axios' global instance, interceptors and all
  controllers: [CatalogController],
  providers: [StockService],
})
export class CatalogModule {}
