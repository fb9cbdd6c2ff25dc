import { hostname, tmpdir } from 'node:os';
import { readEnv } from '@storm/runtime';
import Type from 'typebox';

const mebibyte = 1_048_576;

const Env = Type.Object({
  PORT: Type.Integer({ default: 8080 }),
  LOG_LEVEL: Type.String({ default: 'info' }),
  INSTANCE_ID: Type.String({ default: `${hostname()}-${process.pid}` }),
  NATS_URL: Type.String({ default: 'nats://localhost:4222' }),
  NATS_USER: Type.Optional(Type.String()),
  NATS_PASSWORD: Type.Optional(Type.String()),
  /** On how many NATS nodes each stream is kept. */
  STREAM_REPLICAS: Type.Integer({ default: 1, minimum: 1, maximum: 5 }),
  /** host:port, as the gateway reaches it too: presigned URLs carry it. */
  MINIO_ENDPOINT: Type.String({ pattern: '^[^/:]+(:[0-9]+)?$' }),
  MINIO_ACCESS_KEY: Type.String(),
  MINIO_SECRET_KEY: Type.String(),
  MINIO_BUCKET: Type.String({ default: 'media' }),
  MINIO_REGION: Type.String({ default: 'us-east-1' }),
  MINIO_USE_TLS: Type.Boolean({ default: false }),
  MAX_UPLOAD_BYTES: Type.Integer({ default: 100 * mebibyte, minimum: 1, maximum: 1_024 * mebibyte }),
  /** On a disk, not in memory, with room for MAX_UPLOAD_BYTES. */
  SCRATCH_DIR: Type.String({ default: tmpdir() }),
});

export const env = readEnv(Env, process.env);
