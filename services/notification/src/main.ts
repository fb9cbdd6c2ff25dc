import { listMembers } from '@storm/contracts';
import { createBus, createHealth, createLogger, pingQuery, run, serveOperations } from '@storm/runtime';
import { createPool, pingPostgres } from '@storm/runtime/postgres';
import { Registry } from 'prom-client';
import { createNotificationApp } from './app.ts';
import { env } from './env.ts';

const log = createLogger('notification', env.LOG_LEVEL, env.INSTANCE_ID);

await run(log, async () => {
  const pool = createPool(
    {
      host: env.DB_HOST,
      port: env.DB_PORT,
      user: env.DB_USER,
      password: env.DB_PASSWORD,
      database: env.DB_NAME,
      role: 'storm_notification',
      applicationName: 'storm-notification',
    },
    log,
  );
  const bus = createBus(
    {
      url: env.NATS_URL,
      user: env.NATS_USER,
      password: env.NATS_PASSWORD,
      name: env.INSTANCE_ID,
      inboxPrefix: '_INBOX_notification',
    },
    log,
  );
  const registry = new Registry();
  const app = createNotificationApp({ bus, pool, log, registry });
  const health = createHealth({
    service: 'notification',
    version: '0.1.0',
    required: { postgres: () => pingPostgres(pool), nats: () => bus.ping() },
    // Without these the inbox can be read, and what happens waits in the stream.
    optional: { events: app.checkConsuming, message: () => pingQuery(bus, listMembers) },
  });
  const operations = await serveOperations({ port: env.PORT, health, registry });
  return {
    stopSteps: [...app.stopSteps, { name: 'operations', timeoutMs: 2_000, stop: () => operations.stop() }],
  };
});
