import { Body, Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import type { SandboxFault } from './fault.js';
import { FaultQueueService } from './fault-queue.service.js';
import { faultSchema } from './fault.schema.js';
import { JsonTextPipe } from './json-text.pipe.js';

interface FaultList {
  readonly faults: readonly SandboxFault[];
}

/** The queue of faults over HTTP. */
@Controller('sandbox/faults')
export class FaultsController {
  constructor(private readonly queue: FaultQueueService) {}

  @Get()
  list(): FaultList {
    return { faults: this.queue.list() };
  }

  /** Adds one fault at the end. */
  @Post()
  add(@Body(new JsonTextPipe(faultSchema)) fault: SandboxFault): FaultList {
    this.queue.add(fault);
    return this.list();
  }

  /** Replaces all faults by a list. */
  @Put()
  replace(@Body(new JsonTextPipe(faultSchema.array())) faults: SandboxFault[]): FaultList {
    this.queue.replace(faults);
    return this.list();
  }

  @Delete()
  @HttpCode(204)
  clear(): void {
    this.queue.clear();
  }
}
