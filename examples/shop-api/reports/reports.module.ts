import { Module } from '@nestjs/common';
import { ReportsJob } from './reports.job.js';

@Module({ providers: [ReportsJob] })
export class ReportsModule {}
