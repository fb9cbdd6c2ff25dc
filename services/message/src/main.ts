import { createBus, createHealth, createLogger, run, serveOperations } from '@storm/runtime';
import { createPool, pingPostgres } from '@storm/runtime/postgres';
import { Registry } from 'prom-client';
import { createMessageApp } from './app.ts';
import { env } from './env.ts';

const log = createLogger('message', env.LOG_LEVEL, env.INSTANCE_ID);

await run(log, async () => {
  const pool = createPool(
    {
      host: env.DB_HOST,
      port: env.DB_PORT,
      user: env.DB_USER,
      password: env.DB_PASSWORD,
      database: env.DB_NAME,
      role: 'storm_message',
      applicationName: 'storm-message',
      // One for each lane, the rest for questions.
      max: 8,
    },
    log,
  );
  const bus = createBus(
    {
      url: env.NATS_URL,
      user: env.NATS_USER,
      password: env.NATS_PASSWORD,
      name: env.INSTANCE_ID,
      inboxPrefix: '_INBOX_message',
    },
    log,
  );
  const registry = new Registry();
  const app = createMessageApp({
    bus,
    pool,
    log,
    registry,
    instanceId: env.INSTANCE_ID,
    streamReplicas: env.STREAM_REPLICAS,
  });
  const health = createHealth({
    service: 'message',
    version: '0.1.0',
    required: {
      nats: () => bus.ping(),
      postgres: () => pingPostgres(pool),
    },
  });
  const operations = await serveOperations({ port: env.PORT, health, registry });
  return {
    stopSteps: [...app.stopSteps, { name: 'operations', timeoutMs: 2_000, stop: () => operations.stop() }],
  };
});
