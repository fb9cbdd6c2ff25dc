import { fileURLToPath } from 'node:url';
import { createLogger } from '@storm/runtime';
import { migrate } from '@storm/runtime/postgres';
import { env } from './env.ts';

const log = createLogger('notification-migrate', env.LOG_LEVEL, env.INSTANCE_ID);

await migrate({
  settings: {
    host: env.DB_HOST,
    port: env.DB_PORT,
    user: env.DB_USER,
    password: env.DB_PASSWORD,
    database: env.DB_NAME,
  },
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
  schema: 'notification',
  log,
});
