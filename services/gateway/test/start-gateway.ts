import { type RunningRedis, startRedis } from '@storm/devstack';
import { type Bus, createBus, type ProblemBody, stopAll } from '@storm/runtime';
import { createTestBus, createTestLogger, type TestBus } from '@storm/testing';
import { createGatewayApp, type GatewayApp } from '../src/app.ts';
import { readGatewayEnv } from '../src/env.ts';
import { createStreams } from './create-streams.ts';
import { startUserService, type TestUserService } from './start-user-service.ts';

export interface Answer<T = ProblemBody & { requestId: string }> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface CallOptions {
  readonly token?: string;
  readonly json?: unknown;
  readonly raw?: RequestInit['body'];
  readonly headers?: Record<string, string>;
}

export interface TestGateway {
  readonly app: GatewayApp;
  readonly bus: Bus;
  readonly url: string;
  call<T = Answer['body']>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  stop(): Promise<string[]>;
}

export interface Platform {
  readonly users: TestUserService;
  readonly nats: TestBus;
  readonly redis: RunningRedis;
  /** A connection for whatever a test lets the other services say. */
  readonly peers: Bus;
  startGateway(env?: Record<string, string>): Promise<TestGateway>;
  stop(): Promise<void>;
}

/** Real NATS and Redis, a user service that a test can steer, and as many gateways as it wants. */
export async function startPlatform(): Promise<Platform> {
  const [users, nats, redis] = await Promise.all([startUserService(), createTestBus(), startRedis()]);
  const peers = await nats.connect('peers');
  await createStreams(peers);
  const gateways: TestGateway[] = [];
  return {
    users,
    nats,
    redis,
    peers,
    async startGateway(env = {}) {
      const settings = { NATS_URL: nats.server.url, REDIS_URL: redis.url, USER_SERVICE_URL: users.url };
      const gateway = await startGateway({ ...settings, ...env });
      gateways.push(gateway);
      if (env.REDIS_URL === undefined && env.NATS_URL === undefined) await gateway.app.connected;
      return gateway;
    },
    async stop() {
      for (const gateway of gateways) await gateway.stop();
      await Promise.all([users.stop(), nats.stop(), redis.stop()]);
    },
  };
}

export async function startGateway(settings: Record<string, string>): Promise<TestGateway> {
  const log = createTestLogger();
  const env = readGatewayEnv({ PORT: '0', ...settings });
  const bus = createBus({ url: env.NATS_URL, name: 'gateway', inboxPrefix: '_INBOX_gateway' }, log);
  const app = await createGatewayApp({ env, bus, log });
  const url = `http://127.0.0.1:${app.port}`;
  let stopped: Promise<string[]> | undefined;
  return {
    app,
    bus,
    url,
    async call<T>(method: string, path: string, options: CallOptions = {}) {
      const { token, json, raw = json === undefined ? null : JSON.stringify(json), headers = {} } = options;
      const response = await fetch(url + path, {
        method,
        body: raw,
        headers: {
          ...(raw === null ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      return {
        status: response.status,
        headers: response.headers,
        body: (isJson ? JSON.parse(text) : text) as T,
      };
    },
    stop: () => (stopped ??= stopAll(app.stopSteps, log)),
  };
}

/** The slug of a problem. */
export const slugOf = ({ body }: Answer): string => body.type.replace('urn:storm:problem:', '');
