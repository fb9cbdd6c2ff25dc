import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Bus, Logger, StopStep } from '@storm/runtime';
import type { PostgresSettings } from '@storm/runtime/postgres';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { KeyRing } from './domain/key-ring.ts';
import { OutboxRelay } from './domain/outbox-relay.ts';
import { Passwords } from './domain/passwords.ts';
import { createHttpAdapter } from './routes/http-adapter.ts';
import { nestLog } from './routes/nest-log.ts';
import { connectDatabase } from './store/connect-database.ts';
import { createUserModule } from './user-module.ts';

export interface UserApp {
  readonly port: number;
  /** Resolves when the database is there and the signing key known. */
  readonly ready: Promise<void>;
  readonly stopSteps: readonly StopStep[];
}

/** Listens at once; until the database is there it says so. @param port 0 takes a free one. */
export async function createUserApp({
  database,
  tokenKeySecret,
  lostAnswerGraceMs = 10_000,
  port,
  bus,
  log,
}: {
  database: PostgresSettings;
  tokenKeySecret?: string | undefined;
  lostAnswerGraceMs?: number;
  port: number;
  bus: Bus;
  log: Logger;
}): Promise<UserApp> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const draining = new AbortController();
  const adapter = createHttpAdapter(registry, draining.signal);
  const app = await NestFactory.create<NestFastifyApplication>(
    createUserModule({ database, tokenKeySecret, lostAnswerGraceMs, version: '0.1.0', bus, log, registry }),
    adapter,
    { logger: nestLog(log), bodyParser: false, abortOnError: false },
  );
  const passwords = app.get(Passwords);
  new Gauge({
    name: 'storm_password_waiting',
    help: 'Passwords that wait to be hashed or checked',
    registers: [registry],
    collect() {
      this.set(passwords.waiting);
    },
  });
  const relay = app.get(OutboxRelay);
  const connecting = connectDatabase(app.get(DataSource), log, draining.signal);
  const ready = connecting.then(async () => {
    draining.signal.throwIfAborted();
    await app.get(KeyRing).getSigningKey();
  });
  // Whoever awaits it is told; for everyone else readiness says the same.
  ready.catch((error: unknown) => {
    if (!draining.signal.aborted) log.error({ err: error }, 'no signing key');
  });
  relay.start();
  await app.listen(port, '0.0.0.0');
  const address = app.getHttpServer().address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  log.info({ port: listening }, 'listening');
  return {
    port: listening,
    ready,
    stopSteps: [
      {
        name: 'http',
        timeoutMs: 15_000,
        stop: () => {
          draining.abort();
          return adapter.close();
        },
      },
      { name: 'outbox', timeoutMs: 6_000, stop: () => relay.stop() },
      { name: 'bus', timeoutMs: 3_000, stop: () => bus.drain() },
      {
        name: 'database',
        timeoutMs: 5_000,
        stop: async () => {
          await connecting;
          await app.close();
        },
      },
    ],
  };
}
