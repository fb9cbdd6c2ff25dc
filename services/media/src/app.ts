import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { mediaJobStream } from '@storm/contracts';
import {
  type Bus,
  type Consuming,
  consume,
  createPublisher,
  ensureStream,
  type HealthCheck,
  type Logger,
  type QueryDoor,
  type ServingQuery,
  type StopStep,
  serveQuery,
  tryUntilDone,
} from '@storm/runtime';
import type { NatsConnection } from 'nats';
import { Counter, Histogram, type Registry } from 'prom-client';
import { processUploads } from './consumers/process-uploads.ts';
import { createAbortUpload } from './domain/abort-upload.ts';
import { createAnnounceMedia } from './domain/announce-media.ts';
import { createFinishUpload } from './domain/finish-upload.ts';
import { createOpenDownload } from './domain/open-download.ts';
import { createOpenUpload } from './domain/open-upload.ts';
import { createProcessMedia } from './domain/process-media.ts';
import { createRequestProcessing } from './domain/request-processing.ts';
import { resumeFinishing } from './domain/resume-finishing.ts';
import { createTreatUpload } from './domain/treat-upload.ts';
import { createPictureDrawer } from './pictures/picture-drawer.process.ts';
import { serveAbortUpload } from './routes/serve-abort-upload.ts';
import { serveFinishUpload } from './routes/serve-finish-upload.ts';
import { serveGetMedia } from './routes/serve-get-media.ts';
import { serveOpenDownload } from './routes/serve-open-download.ts';
import { serveOpenUpload } from './routes/serve-open-upload.ts';
import { createMediaStore } from './store/media-store.kv.ts';
import { createObjectStore, type ObjectStoreSettings } from './store/object-store.minio.ts';
import { createScratchFile } from './store/scratch-file.ts';
import { createSlotStore } from './store/slot-store.kv.ts';

const queue = 'media';

export interface MediaApp {
  /** Resolves when everything that this service owns exists and jobs are taken. */
  readonly ready: Promise<void>;
  readonly checks: { readonly nats: HealthCheck; readonly minio: HealthCheck };
  readonly stopSteps: readonly StopStep[];
}

export interface MediaAppDeps {
  bus: Bus;
  log: Logger;
  registry: Registry;
  objectStore: ObjectStoreSettings;
  instanceId: string;
  /** On how many NATS nodes each stream is kept. */
  streamReplicas?: number;
  maxUploadBytes: number;
  scratchDir: string;
  /** The compiled `picture-worker.js`. */
  workerPath: string;
}

export async function createMediaApp(deps: MediaAppDeps): Promise<MediaApp> {
  const { bus, log, registry, streamReplicas = 1 } = deps;
  const publisher = createPublisher(bus);
  const media = createMediaStore(bus, streamReplicas);
  const slots = createSlotStore(bus, streamReplicas);
  const objects = createObjectStore(deps.objectStore, log);
  const scratch = await createScratchFile(deps.scratchDir, deps.instanceId);
  const drawer = createPictureDrawer({ workerPath: deps.workerPath, log });
  const requestProcessing = createRequestProcessing(publisher);
  const doors = [
    serveOpenUpload(createOpenUpload({ slots, objects, maxBytes: deps.maxUploadBytes })),
    serveFinishUpload(createFinishUpload({ media, slots, objects, requestProcessing })),
    serveAbortUpload(createAbortUpload({ media, slots, objects })),
    serveGetMedia(media),
    serveOpenDownload(createOpenDownload({ media, objects })),
  ] as const;
  const uploads = processUploads(
    createProcessMedia({
      media,
      objects,
      treat: createTreatUpload({ objects, drawer, scratch }),
      announce: createAnnounceMedia(publisher),
      log,
    }),
    createMetrics(registry),
  );

  const stopping = new AbortController();
  let serving: ServingQuery[] = [];
  let consuming: Consuming | undefined;
  const prepareNats = async (connection: NatsConnection): Promise<void> => {
    const manager = await jetstreamManager(connection);
    const { owner: _owner, ...config } = mediaJobStream;
    await ensureStream(manager, { ...(config as unknown as StreamConfig), num_replicas: streamReplicas });
    await media.prepare(connection);
    await slots.prepare(connection);
    consuming ??= await consume(manager, { connection, publisher, log, ...uploads });
    const resumed = await resumeFinishing({ media, slots, requestProcessing });
    if (resumed > 0) log.info({ resumed }, 'uploads finished that a crash had interrupted');
  };
  const prepare = (what: string, task: () => Promise<void>): Promise<boolean> =>
    tryUntilDone(task, {
      firstWaitMs: 200,
      maxWaitMs: 5_000,
      isOver: () => stopping.signal.aborted,
      stopping: stopping.signal,
      onFailure: (err, attempt) => log.warn({ err, attempt }, `preparing ${what} failed, trying again`),
    });
  const natsReady = new Promise<void>((resolve) => {
    bus.onConnected(async (connection) => {
      await prepare('NATS', () => prepareNats(connection));
      if (stopping.signal.aborted) return;
      // Not before: another replica of the queue may be able to answer while this one cannot.
      if (serving.length === 0) {
        serving = doors.map((door) => serveQuery(connection, queue, door as unknown as QueryDoor, log));
      }
      resolve();
    });
  });
  const minioReady = prepare('the object store', () => objects.prepare());

  return {
    ready: Promise.all([natsReady, minioReady]).then(() => undefined),
    checks: {
      async nats() {
        await bus.ping();
        if (!consuming?.isConsuming) throw new Error(`waiting for the stream ${mediaJobStream.name}`);
        if (serving.length === 0) throw new Error('not answering yet');
      },
      // A store that came back empty is made ready again by the next look at it.
      minio: () => objects.check().catch(() => objects.prepare()),
    },
    stopSteps: [
      {
        name: 'job in hand',
        timeoutMs: 15_000,
        stop: async () => {
          stopping.abort();
          await consuming?.stop();
        },
      },
      { name: 'picture worker', timeoutMs: 1_000, stop: () => drawer.stop() },
      {
        name: 'questions in hand',
        timeoutMs: 5_000,
        stop: async () => {
          await Promise.all(serving.map((one) => one.stop()));
        },
      },
      { name: 'bus', timeoutMs: 3_000, stop: () => bus.drain() },
      { name: 'object store', timeoutMs: 1_000, stop: () => objects.close() },
    ],
  };
}

const createMetrics = (registry: Registry) => ({
  seconds: new Histogram({
    name: 'storm_media_processing_seconds',
    help: 'From taking a job to its end',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  }),
  processed: new Counter({
    name: 'storm_media_processed_total',
    help: 'Jobs that came to an end, by how the file stands',
    labelNames: ['status'],
    registers: [registry],
  }),
});
