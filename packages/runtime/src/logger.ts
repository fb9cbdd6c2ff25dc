import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output; fields that can carry a credential are removed before they are written. */
export function createLogger(service: string, level: string, instance: string): Logger {
  return pino({
    level,
    base: { service, instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'password',
        'token',
        'accessToken',
        'refreshToken',
        'authorization',
        '*.password',
        '*.token',
        '*.accessToken',
        '*.refreshToken',
        '*.authorization',
        'req.headers.authorization',
        'req.headers.cookie',
      ],
      remove: true,
    },
  });
}
