import type { LoggerService } from '@nestjs/common';

export type LogLevel = 'log' | 'error' | 'warn' | 'debug' | 'verbose' | 'fatal';

export interface LogEntry {
  readonly level: LogLevel;
  /** Everything that was handed to the logger, context included. */
  readonly parts: readonly unknown[];
}

/** A Nest logger that prints nothing and keeps everything. */
export class Logbook implements LoggerService {
  readonly entries: LogEntry[] = [];

  log(...parts: unknown[]): void {
    this.write('log', parts);
  }

  error(...parts: unknown[]): void {
    this.write('error', parts);
  }

  warn(...parts: unknown[]): void {
    this.write('warn', parts);
  }

  debug(...parts: unknown[]): void {
    this.write('debug', parts);
  }

  verbose(...parts: unknown[]): void {
    this.write('verbose', parts);
  }

  fatal(...parts: unknown[]): void {
    this.write('fatal', parts);
  }

  /** The messages of one level that came from the module itself. */
  ofPhoenix(level: LogLevel): string[] {
    return this.entries
      .filter((entry) => entry.level === level && /^Phoenix(:|$)/.test(String(entry.parts.at(-1))))
      .map(({ parts }) => String(parts[0]));
  }

  private write(level: LogLevel, parts: unknown[]): void {
    this.entries.push({ level, parts });
  }
}
