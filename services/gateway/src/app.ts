import type { AddressInfo } from 'node:net';
import type { Bus, Logger, StopStep } from '@storm/runtime';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createAuthenticate, digestToken } from './domain/authenticate.ts';
import { createCheckPicture } from './domain/check-picture.ts';
import { createCheckUsersExist } from './domain/check-users-exist.ts';
import { createResolveAttachments } from './domain/resolve-attachments.ts';
import { type GatewayEnv, listOf } from './env.ts';
import { createRealtime } from './realtime/create-realtime.ts';
import { createPresenceBoard } from './realtime/presence.ts';
import { createTypingSignals } from './realtime/typing.ts';
import { createAddressOfHandshake } from './routes/address-of.ts';
import { allowOrigins } from './routes/allow-origins.ts';
import { createAuthHandlers } from './routes/auth.ts';
import { createAuthenticateRequest } from './routes/authenticate-request.ts';
import { createConversationHandlers } from './routes/conversations.ts';
import { createServer } from './routes/create-server.ts';
import { registerDocs } from './routes/docs.ts';
import { answerUnknownPaths } from './routes/handle-errors.ts';
import { createInboxHandlers } from './routes/inbox.ts';
import { createLimits } from './routes/limit-requests.ts';
import { createMediaDownloadHandlers } from './routes/media-download.ts';
import { createMediaUploadHandlers } from './routes/media-upload.ts';
import { createMessageHandlers } from './routes/messages.ts';
import { registerOperations } from './routes/operations.ts';
import { registerRoutes } from './routes/register-routes.ts';
import type { Handlers } from './routes/route-types.ts';
import { serveWeb } from './routes/serve-web.ts';
import { createUserHandlers } from './routes/users.ts';
import { watchRequests } from './routes/watch-requests.ts';
import { registerSockets, type Sockets } from './sockets/register-sockets.ts';
import { type SocketLimits, standardSocketLimits } from './sockets/socket-limits.ts';
import { createCache } from './store/cache.redis.ts';
import { checkDependencies } from './store/check-dependencies.ts';
import { createFindPeers } from './store/find-peers.nats.ts';
import { createForgetUpload } from './store/forget-upload.nats.ts';
import { createIsForwardedTo } from './store/forwarded-media.nats.ts';
import { createMediaCatalog } from './store/media-catalog.nats.ts';
import { createMemberships } from './store/memberships.redis.ts';
import { createObjectTransfer } from './store/object-transfer.http.ts';
import { createPresenceStore } from './store/presence.redis.ts';
import { createProfiles } from './store/profiles.redis.ts';
import { createRateCounter } from './store/rate-counter.redis.ts';
import { createRevocationFeed } from './store/session-revocations.nats.ts';
import { createCommandSubmitter } from './store/submit-command.ts';
import { createTokenVerifier } from './store/token-verifier.jwks.ts';
import { createUserService } from './store/user-service.http.ts';

export interface GatewayApp {
  readonly server: FastifyInstance;
  readonly sockets: Sockets;
  readonly port: number;
  /** Resolves when Redis and NATS were both reached once; nobody needs to wait for it to be served. */
  readonly connected: Promise<unknown>;
  readonly stopSteps: readonly StopStep[];
}

/** Connects the doors with what they need and serves at once, whatever else is not there yet. */
export async function createGatewayApp({
  env,
  bus,
  log,
  socketLimits = limitsOf(env),
}: {
  env: GatewayEnv;
  bus: Bus;
  log: Logger;
  socketLimits?: SocketLimits;
}): Promise<GatewayApp> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const cache = createCache(env.REDIS_URL, log);
  const users = createUserService(env.USER_SERVICE_URL);
  const profiles = createProfiles(users, cache);
  const { isMember } = createMemberships(bus, cache, log);
  const isForwardedTo = createIsForwardedTo(bus);
  const catalog = createMediaCatalog(bus);
  const transfer = createObjectTransfer();
  const forget = createForgetUpload(bus, log);
  const counter = createRateCounter(cache);
  const submitter = createCommandSubmitter(bus, { acceptedAfterMs: env.ACCEPTED_AFTER_MS });
  const realtime = createRealtime(bus, log);
  const typing = createTypingSignals(bus, realtime.interest, log);
  const presence = createPresenceBoard(bus, createPresenceStore(cache), log);
  const revocations = createRevocationFeed(bus, cache, log);
  const verifyToken = createTokenVerifier(env.USER_SERVICE_URL);
  const authenticate = createAuthenticate(verifyToken, revocations);
  const authenticateSocket = createAuthenticate(verifyToken, revocations, digestToken);
  const resolveAttachments = createResolveAttachments((mediaId) => catalog.find(mediaId));
  const checkUsersExist = createCheckUsersExist(profiles);
  const checkPicture = createCheckPicture((mediaId) => catalog.find(mediaId));

  const handlers: Handlers = {
    ...createAuthHandlers(users),
    ...createUserHandlers(users, profiles),
    ...createConversationHandlers(bus, submitter, checkUsersExist, checkPicture),
    ...createMessageHandlers(bus, submitter, resolveAttachments),
    ...createMediaUploadHandlers({ bus, transfer, isMember, maxBytes: env.MAX_UPLOAD_BYTES, forget }),
    ...createMediaDownloadHandlers(catalog, transfer, { isMember, isForwardedTo }),
    ...createInboxHandlers(bus),
  };

  const limits = createLimits(counter, env);
  const trustedProxies = listOf(env.TRUST_PROXY);
  const server = createServer({ log, trustedProxies });
  const watch = watchRequests(server, { log, registry, maxAtOnce: env.MAX_REQUESTS_AT_ONCE });
  answerUnknownPaths(server, watch);
  const origins = listOf(env.CORS_ORIGINS);
  await allowOrigins(server, origins);
  let isDraining = false;
  registerOperations(server, {
    health: checkDependencies({ bus, cache, users }),
    isDraining: () => isDraining,
    registry,
  });
  registerDocs(server);
  await serveWeb(server, { dir: env.WEB_DIR, log });
  await registerRoutes(server, {
    handlers,
    authenticate: createAuthenticateRequest(authenticate, limits),
    limits,
  });
  await server.ready();

  const sockets = registerSockets({
    server: server.server,
    authenticate: async (token) => authenticateSocket(token),
    submitter,
    resolveAttachments,
    realtime,
    typing,
    presence,
    findPeers: createFindPeers(bus),
    addressOf: createAddressOfHandshake(trustedProxies),
    countStranger: limits.countStrangerSocket,
    isAllowedOrigin: (origin, host) => origins.includes(origin) || isSameHost(origin, host),
    limits: socketLimits,
    log,
  });
  gauge(registry, 'storm_sockets', 'Open sockets', () => sockets.count);
  gauge(registry, 'storm_socket_unread_bytes', 'Bytes that wait for slow readers', () => sockets.unreadBytes);
  gauge(
    registry,
    'storm_commands_in_flight',
    'Commands that wait for their commit',
    () => submitter.inFlight,
  );

  // The standard 511 drops most of a herd that comes back at once, and TCP tries again only after seconds.
  await server.listen({ port: env.PORT, host: '0.0.0.0', backlog: 4_096 });
  const { port } = server.server.address() as AddressInfo;
  return {
    server,
    sockets,
    port,
    connected: Promise.all([cache.first, bus.first]),
    stopSteps: [
      {
        name: 'requests',
        timeoutMs: 12_000,
        async stop() {
          isDraining = true;
          watch.drain();
          server.server.close();
          await watch.idle();
        },
      },
      { name: 'sockets', timeoutMs: 5_000, stop: () => sockets.drain() },
      { name: 'commands', timeoutMs: env.ACCEPTED_AFTER_MS + 1_000, stop: () => submitter.settled() },
      { name: 'server', timeoutMs: 3_000, stop: () => server.close() },
      { name: 'bus', timeoutMs: 3_000, stop: () => bus.drain() },
      {
        name: 'caches',
        timeoutMs: 2_000,
        async stop() {
          presence.stop();
          counter.close();
          cache.close();
          transfer.close();
          await users.close();
        },
      },
    ],
  };
}

const limitsOf = (env: GatewayEnv): SocketLimits => ({
  ...standardSocketLimits,
  framesPerSecond: env.SOCKET_FRAMES_PER_SECOND,
  framesAtOnce: env.SOCKET_FRAMES_AT_ONCE,
  heartbeatMs: env.SOCKET_HEARTBEAT_MS,
});

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
