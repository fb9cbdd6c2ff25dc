import type { DynamicModule, FactoryProvider, Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Bus, createHealth, createPublisher, type Logger } from '@storm/runtime';
import { type PostgresSettings } from '@storm/runtime/postgres';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { AccessTokens } from './domain/access-tokens.ts';
import { EndSessions } from './domain/end-sessions.ts';
import { FindUsers } from './domain/find-users.ts';
import { GetUser } from './domain/get-user.ts';
import { KeyRing } from './domain/key-ring.ts';
import { KeySeal } from './domain/key-seal.ts';
import { LogIn } from './domain/log-in.ts';
import { LogOut } from './domain/log-out.ts';
import { OutboxRelay } from './domain/outbox-relay.ts';
import { Passwords } from './domain/passwords.ts';
import { RefreshSession } from './domain/refresh-session.ts';
import { RegisterUser } from './domain/register-user.ts';
import { AuthController } from './routes/auth-controller.ts';
import { KeysController } from './routes/keys-controller.ts';
import { HEALTH, OperationsController } from './routes/operations-controller.ts';
import { ProblemFilter } from './routes/problem-filter.ts';
import { SessionsController } from './routes/sessions-controller.ts';
import { UsersController } from './routes/users-controller.ts';
import { dataSourceOptions } from './store/data-source-options.ts';
import { KeyStore } from './store/key-store.ts';
import { KeyTypeormStore } from './store/key-store.typeorm.ts';
import { OutboxStore } from './store/outbox-store.ts';
import { OutboxTypeormStore } from './store/outbox-store.typeorm.ts';
import { SessionStore } from './store/session-store.ts';
import { SessionTypeormStore } from './store/session-store.typeorm.ts';
import { UserStore } from './store/user-store.ts';
import { UserTypeormStore } from './store/user-store.typeorm.ts';

export interface UserModuleOptions {
  readonly database: PostgresSettings;
  readonly tokenKeySecret: string | undefined;
  readonly lostAnswerGraceMs: number;
  readonly version: string;
  readonly bus: Bus;
  readonly log: Logger;
  readonly registry: Registry;
}

/** The domain knows nothing of Nest: its classes are built here from what they ask for. */
const build = <A extends readonly object[], T>(
  verb: new (...needs: A) => T,
  ...needs: { [K in keyof A]: abstract new (...none: never[]) => A[K] }
): FactoryProvider<T> => ({
  provide: verb as Type<T>,
  useFactory: (...found: unknown[]) => new verb(...(found as unknown as A)),
  inject: [...needs] as Type[],
});

class UserModule {}

export function createUserModule(options: UserModuleOptions): DynamicModule {
  const { database, tokenKeySecret, lostAnswerGraceMs, version, bus, log, registry } = options;
  return {
    module: UserModule,
    imports: [
      TypeOrmModule.forRootAsync({
        useFactory: () => ({ ...dataSourceOptions(database, log), manualInitialization: true }),
      }),
    ],
    controllers: [OperationsController, KeysController, AuthController, UsersController, SessionsController],
    providers: [
      { provide: UserStore, useClass: UserTypeormStore },
      { provide: SessionStore, useClass: SessionTypeormStore },
      { provide: KeyStore, useClass: KeyTypeormStore },
      { provide: OutboxStore, useClass: OutboxTypeormStore },
      { provide: Passwords, useFactory: () => new Passwords() },
      {
        provide: KeyRing,
        useFactory: (store: KeyStore) => new KeyRing({ store, seal: new KeySeal(tokenKeySecret), log }),
        inject: [KeyStore],
      },
      {
        provide: OutboxRelay,
        useFactory: (store: OutboxStore) =>
          new OutboxRelay({ store, bus, publisher: createPublisher(bus), log }),
        inject: [OutboxStore],
      },
      build(AccessTokens, KeyRing),
      build(RegisterUser, UserStore, Passwords, AccessTokens, OutboxRelay),
      build(LogIn, UserStore, SessionStore, Passwords, AccessTokens),
      {
        provide: RefreshSession,
        useFactory: (sessions: SessionStore, accessTokens: AccessTokens, relay: OutboxRelay) =>
          new RefreshSession({ sessions, accessTokens, relay, lostAnswerGraceMs }),
        inject: [SessionStore, AccessTokens, OutboxRelay],
      },
      build(LogOut, SessionStore, OutboxRelay),
      build(EndSessions, SessionStore, OutboxRelay),
      build(GetUser, UserStore, SessionStore),
      build(FindUsers, UserStore),
      { provide: APP_FILTER, useValue: new ProblemFilter(log) },
      { provide: Registry, useValue: registry },
      {
        provide: HEALTH,
        useFactory: (dataSource: DataSource, keyRing: KeyRing, relay: OutboxRelay) =>
          createHealth({
            service: 'user',
            version,
            required: {
              postgres: () => ping(dataSource),
              'signing-keys': () => keyRing.getSigningKey(),
            },
            optional: { nats: () => bus.ping(), outbox: () => relay.check() },
          }),
        inject: [DataSource, KeyRing, OutboxRelay],
      },
    ],
  };
}

async function ping(dataSource: DataSource): Promise<void> {
  if (!dataSource.isInitialized) throw new Error('not connected yet');
  await dataSource.query('select 1');
}
