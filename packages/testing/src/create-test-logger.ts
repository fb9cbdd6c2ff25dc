import { createLogger, type Logger } from '@storm/runtime';

/** Says nothing unless `STORM_TEST_LOG` names a level. */
export const createTestLogger = (): Logger =>
  createLogger('test', process.env.STORM_TEST_LOG ?? 'silent', 'test');
