import { hostname } from 'node:os';
import { readEnv } from '@storm/runtime';
import Type from 'typebox';

const Env = Type.Object({
  PORT: Type.Integer({ default: 8080 }),
  LOG_LEVEL: Type.String({ default: 'info' }),
  INSTANCE_ID: Type.String({ default: `${hostname()}-${process.pid}` }),
  NATS_URL: Type.String({ default: 'nats://localhost:4222' }),
  NATS_USER: Type.Optional(Type.String()),
  NATS_PASSWORD: Type.Optional(Type.String()),
  /** On how many NATS nodes each stream is kept. */
  STREAM_REPLICAS: Type.Integer({ default: 1, minimum: 1, maximum: 5 }),
  DB_HOST: Type.String(),
  DB_PORT: Type.Integer({ default: 5432 }),
  DB_USER: Type.String(),
  DB_PASSWORD: Type.String(),
  DB_NAME: Type.String({ default: 'message_db' }),
});

export const env = readEnv(Env, process.env);
