import { BadRequestException, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { problemsOf, type FaultProblem } from './fault.schema.js';

/** Reads a body of JSON text against a schema; a 400 names every field that is wrong. */
export class JsonTextPipe<T> implements PipeTransform<unknown, T> {
  constructor(private readonly schema: z.ZodType<T>) {}

  transform(body: unknown): T {
    const parsed = this.schema.safeParse(parseJson(body));
    if (!parsed.success) throw invalid(problemsOf(parsed.error));
    return parsed.data;
  }
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw invalid([{ field: '', problem: 'The body is not JSON' }]);
  }
}

function invalid(problems: readonly FaultProblem[]): BadRequestException {
  return new BadRequestException({ error: 'invalid_fault', problems });
}
