import { Logger, type LoggerService } from '@nestjs/common';

/** The process-wide logger of Nest, which only subclasses can read. */
class ProcessLogger extends Logger {
  static get current(): LoggerService | undefined {
    return this.staticInstanceRef;
  }
}

// Nest has one logger for the whole process, hence one count for the whole process.
let boots = 0;
let silenced: LoggerService | undefined;

/**
 * Runs `boot` without Nest's start-up lines, and gives the process its logger back afterwards.
 * `NestFactory.create(…, { logger: false })` would silence the host application for good.
 */
export async function quietBoot<T>(boot: () => Promise<T>): Promise<T> {
  if (boots++ === 0) {
    silenced = ProcessLogger.current;
    Logger.overrideLogger(false);
  }
  try {
    return await boot();
  } finally {
    // A logger that somebody else set in the meantime is left alone.
    if (--boots === 0 && ProcessLogger.current === undefined) {
      Logger.overrideLogger(silenced ?? false);
    }
  }
}
