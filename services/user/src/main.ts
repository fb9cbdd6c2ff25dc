import { createBus, createLogger, run } from '@storm/runtime';
import { createUserApp } from './app.ts';
import { env } from './env.ts';

const log = createLogger('user', env.LOG_LEVEL, env.INSTANCE_ID);

await run(log, () => {
  const bus = createBus(
    {
      url: env.NATS_URL,
      user: env.NATS_USER,
      password: env.NATS_PASSWORD,
      name: env.INSTANCE_ID,
      inboxPrefix: '_INBOX_user',
    },
    log,
  );
  return createUserApp({
    database: {
      host: env.DB_HOST,
      port: env.DB_PORT,
      user: env.DB_USER,
      password: env.DB_PASSWORD,
      database: env.DB_NAME,
      applicationName: env.INSTANCE_ID,
    },
    tokenKeySecret: env.TOKEN_KEY_SECRET,
    port: env.PORT,
    bus,
    log,
  });
});
