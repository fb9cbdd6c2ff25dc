import {
  type ProcessMedia as Job,
  type MediaId,
  mediaJobStream,
  processMedia,
  processMediaSubject,
} from '@storm/contracts';
import { type ConsumeOptions, createValidator, runtimeProblems } from '@storm/runtime';
import type { Counter, Histogram } from 'prom-client';
import { maxAttempts, type ProcessMedia } from '../domain/process-media.ts';

const validate = createValidator(processMedia.data);

/** Takes processing jobs one by one: memory has room for one picture. */
export function processUploads(
  process: ProcessMedia,
  metrics: { seconds: Histogram; processed: Counter<'status'> },
): Pick<
  ConsumeOptions,
  'stream' | 'durable' | 'filterSubjects' | 'maxBatch' | 'ackWaitMs' | 'maxTries' | 'handle'
> {
  return {
    stream: mediaJobStream.name,
    durable: `${mediaJobStream.owner}-${processMedia.verb}`,
    filterSubjects: [processMediaSubject('*' as MediaId)],
    maxBatch: 1,
    // Renewed while a job is in hand; after a kill the next replica has it this much later.
    ackWaitMs: 10_000,
    // The one after the last ends the file instead of parking the job: nobody waits for it for ever.
    maxTries: maxAttempts + 1,
    async handle(batch) {
      for (const message of batch) {
        const { mediaId } = read(message.data);
        const measure = metrics.seconds.startTimer();
        const status = await process(mediaId, message.info.deliveryCount);
        measure();
        metrics.processed.inc({ status: status ?? 'unknown' });
      }
    },
  };
}

function read(data: Uint8Array): Job {
  try {
    return validate(JSON.parse(Buffer.from(data).toString()));
  } catch (cause) {
    throw runtimeProblems['invalid-request']({ detail: 'not a processing job', cause });
  }
}
