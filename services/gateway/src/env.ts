import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readEnv } from '@storm/runtime';
import Type, { type Static } from 'typebox';

const Count = (standard: number) => Type.Integer({ minimum: 1, default: standard });

export const GatewayEnv = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
  LOG_LEVEL: Type.String({ default: 'info' }),
  INSTANCE_ID: Type.String({ default: `${hostname()}-${process.pid}` }),
  NATS_URL: Type.String({ default: 'nats://localhost:4222' }),
  NATS_USER: Type.Optional(Type.String()),
  NATS_PASSWORD: Type.Optional(Type.String()),
  REDIS_URL: Type.String({ default: 'redis://localhost:6379' }),
  USER_SERVICE_URL: Type.String({ pattern: '^https?://', default: 'http://localhost:3000' }),
  /** A command whose commit is not known by then is answered with 202. */
  ACCEPTED_AFTER_MS: Count(5_000),
  MAX_UPLOAD_BYTES: Count(104_857_600),
  /** Origins of browsers, comma-separated. Without it no cross-origin request is let in. */
  CORS_ORIGINS: Type.String({ default: '' }),
  /** Addresses or networks of the proxies whose X-Forwarded-For is believed, comma-separated. */
  TRUST_PROXY: Type.String({ default: '' }),
  /** Requests of one signed-in user in 10 s, over all gateways; frames of a socket count like requests. */
  LIMIT_USER_PER_10S: Count(2_000),
  /** Requests from one address in 10 s that carry no valid token. */
  LIMIT_ADDRESS_PER_10S: Count(500),
  /** Registrations and logins from one address in a minute. */
  LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: Count(300),
  /** Logins for one name from one address in a minute. */
  LIMIT_SIGN_IN_NAME_PER_MINUTE: Count(10),
  /** Frames that one socket may send in a second over time, and at once. */
  SOCKET_FRAMES_PER_SECOND: Count(200),
  SOCKET_FRAMES_AT_ONCE: Count(1_000),
  /** How often a socket is asked for a sign of life; one that gives none is cut at the next time. */
  SOCKET_HEARTBEAT_MS: Type.Integer({ minimum: 1_000, default: 25_000 }),
  /** The built chat client; a gateway without one serves the API alone. */
  WEB_DIR: Type.String({ default: fileURLToPath(new URL('../../web/dist', import.meta.url)) }),
  /** Requests worked on at once; more are refused with 503. */
  MAX_REQUESTS_AT_ONCE: Count(2_000),
});
export type GatewayEnv = Readonly<Static<typeof GatewayEnv>>;

export const readGatewayEnv = (source: NodeJS.ProcessEnv = process.env): GatewayEnv =>
  readEnv(GatewayEnv, source);

/** Splits a comma-separated setting. */
export const listOf = (setting: string): string[] =>
  setting
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
