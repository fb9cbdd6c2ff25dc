import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Logger, Problem, runtimeProblems } from '@storm/runtime';
import { Client, CopyConditions } from 'minio';
import { incomingPrefix } from '../domain/object-keys.ts';
import type { ObjectStore, PresignedUrl } from './object-store.ts';
import { createObjectTransfer } from './object-transfer.http.ts';

export interface ObjectStoreSettings {
  /** host:port */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  bucket: string;
  region: string;
  useTls: boolean;
}

const urlLifetimeSeconds = 15 * 60;
/**
 * What nobody finished. A finished upload is moved within seconds, but its job may wait for a service that is away;
 * whole objects without a slot arise only when a gateway dies between two calls, so a week costs nothing.
 */
const incomingDays = 7;

export function createObjectStore(
  settings: ObjectStoreSettings,
  log: Logger,
): ObjectStore & { close(): void } {
  const { bucket, region, useTls } = settings;
  const [endPoint = '', port] = settings.endpoint.split(':');
  const transfer = createObjectTransfer(useTls);
  const client = new Client({
    endPoint,
    ...(port === undefined ? {} : { port: Number(port) }),
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    useSSL: useTls,
    // Known, so that signing a URL asks nobody.
    region,
    transport: transfer.transport as NonNullable<ConstructorParameters<typeof Client>[0]['transport']>,
    retryOptions: { disableRetry: true },
  });
  const presign = async (method: 'GET' | 'PUT', key: string): Promise<PresignedUrl> => ({
    url: await client.presignedUrl(method, bucket, key, urlLifetimeSeconds),
    expiresAt: new Date(Date.now() + urlLifetimeSeconds * 1_000),
  });
  const createBucket = async (): Promise<void> => {
    try {
      await client.makeBucket(bucket, region);
    } catch (error) {
      if (codeOf(error) !== 'BucketAlreadyOwnedByYou' && codeOf(error) !== 'BucketAlreadyExists') throw error;
    }
  };
  const sweepUnfinished = async (): Promise<void> => {
    const rule = {
      ID: 'unfinished-uploads',
      Status: 'Enabled',
      Filter: { Prefix: incomingPrefix },
      Expiration: { Days: incomingDays },
    };
    try {
      await client.setBucketLifecycle(bucket, { Rule: [rule] });
    } catch (error) {
      if (!['AccessDenied', 'NotImplemented'].includes(String(codeOf(error)))) throw error;
      log.warn(
        { err: error },
        'the bucket takes no lifecycle rule: what uploads leave unfinished stays there',
      );
    }
  };

  return {
    presignPut: (key) => presign('PUT', key),
    presignGet: (key) => presign('GET', key),
    stat: (key) =>
      orNull(async () => {
        const { size, etag } = await client.statObject(bucket, key);
        return { bytes: size, etag };
      }),
    readFirst: (key, maxBytes) =>
      reached(async () => readAll(await client.getPartialObject(bucket, key, 0, maxBytes))),
    read: (key, sink) =>
      reached(async () => {
        const response = await transfer.get((await presign('GET', key)).url);
        if (response.statusCode !== 200) {
          response.resume();
          if (response.statusCode === 404) return null;
          throw new Error(`status ${response.statusCode}`);
        }
        await pipeline(response, sink);
        const etag = (response.headers.etag ?? '').replaceAll('"', '');
        return { bytes: Number(response.headers['content-length']), etag };
      }),
    write: (key, source, bytes) =>
      reached(async () => {
        const status = await transfer.put((await presign('PUT', key)).url, source, bytes);
        if (status !== 200) throw new Error(`status ${status}`);
      }),
    copy: (from, to, etag) =>
      reached(async () => {
        const unchanged = new CopyConditions();
        unchanged.setMatchETag(etag);
        try {
          await client.copyObject(bucket, to, `/${bucket}/${from}`, unchanged);
          return true;
        } catch (error) {
          if (isMissing(error) || codeOf(error) === 'PreconditionFailed') return false;
          throw error;
        }
      }),
    remove: (key) => reached(() => client.removeObject(bucket, key)),
    prepare: () =>
      reached(async () => {
        if (!(await client.bucketExists(bucket))) await createBucket();
        await sweepUnfinished();
      }),
    check: () =>
      reached(async () => {
        if (!(await client.bucketExists(bucket))) throw new Error(`bucket ${bucket} is gone`);
      }),
    close: transfer.close,
  };
}

async function orNull<T>(task: () => Promise<T>): Promise<T | null> {
  try {
    return await task();
  } catch (error) {
    if (isMissing(error)) return null;
    throw toUnavailable(error);
  }
}

async function reached<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw toUnavailable(error);
  }
}

const toUnavailable = (cause: unknown): Problem =>
  cause instanceof Problem
    ? cause
    : runtimeProblems['service-unavailable']({
        detail: 'the object store does not serve',
        retryAfterMs: 1_000,
        cause,
      });

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isMissing = (error: unknown): boolean => ['NotFound', 'NoSuchKey'].includes(String(codeOf(error)));

async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
