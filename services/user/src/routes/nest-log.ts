import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@storm/runtime';

/** Nest's own lines in our format; what it tells of its start is for debugging. */
export const nestLog = (log: Logger): LoggerService => ({
  log: (message: unknown) => log.debug(String(message)),
  debug: (message: unknown) => log.trace(String(message)),
  verbose: (message: unknown) => log.trace(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown) => log.error(String(message)),
  fatal: (message: unknown) => log.fatal(String(message)),
});
