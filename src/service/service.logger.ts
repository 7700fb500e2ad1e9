import { ConsoleLogger } from '@nestjs/common';
import { LOG_LEVELS, type ServiceSettings } from './service.config.js';

/** Names under which a secret might be logged, by us or by what we use. */
const SECRETS = [
  'access_token',
  'accessToken',
  'api_key',
  'apiKey',
  'apiKeys',
  'authorization',
  'client_secret',
  'clientSecret',
  'cookie',
  'secret',
  'set-cookie',
  'x-api-key',
];

/** One line per event: JSON for machines, or text for people. */
export function createServiceLogger({
  logFormat,
  logLevel,
}: Pick<ServiceSettings, 'logFormat' | 'logLevel'>): ConsoleLogger {
  const json = logFormat === 'json';
  return new ConsoleLogger({
    json,
    flattenParams: json,
    compact: true,
    logLevels: LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(logLevel) + 1),
    redact: SECRETS,
  });
}
