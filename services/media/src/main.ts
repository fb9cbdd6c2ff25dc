import { fileURLToPath } from 'node:url';
import { createBus, createHealth, createLogger, run, serveOperations } from '@storm/runtime';
import { Registry } from 'prom-client';
import { createMediaApp } from './app.ts';
import { env } from './env.ts';

const log = createLogger('media', env.LOG_LEVEL, env.INSTANCE_ID);

await run(log, async () => {
  const bus = createBus(
    {
      url: env.NATS_URL,
      user: env.NATS_USER,
      password: env.NATS_PASSWORD,
      name: env.INSTANCE_ID,
      inboxPrefix: '_INBOX_media',
    },
    log,
  );
  const registry = new Registry();
  const app = await createMediaApp({
    bus,
    log,
    registry,
    objectStore: {
      endpoint: env.MINIO_ENDPOINT,
      accessKey: env.MINIO_ACCESS_KEY,
      secretKey: env.MINIO_SECRET_KEY,
      bucket: env.MINIO_BUCKET,
      region: env.MINIO_REGION,
      useTls: env.MINIO_USE_TLS,
    },
    instanceId: env.INSTANCE_ID,
    streamReplicas: env.STREAM_REPLICAS,
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    scratchDir: env.SCRATCH_DIR,
    workerPath: fileURLToPath(new URL('./picture-worker.js', import.meta.url)),
  });
  const health = createHealth({ service: 'media', version: '0.1.0', required: app.checks });
  const operations = await serveOperations({ port: env.PORT, health, registry });
  return {
    stopSteps: [...app.stopSteps, { name: 'operations', timeoutMs: 2_000, stop: () => operations.stop() }],
  };
});
