import type { LoggerService, LogLevel } from '@nestjs/common';

/** The logger of the option, made when it names levels only; undefined for a quiet sandbox. */
export async function sandboxLogger(
  option: LoggerService | LogLevel[] | false | undefined,
): Promise<LoggerService | undefined> {
  if (option === undefined || option === false) return undefined;
  if (!Array.isArray(option)) return option;
  const { ConsoleLogger } = await import('@nestjs/common');
  return new ConsoleLogger('PhoenixSandbox', { logLevels: option });
}
