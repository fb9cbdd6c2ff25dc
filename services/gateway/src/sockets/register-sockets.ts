import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Logger, type Problem, runtimeProblems } from '@storm/runtime';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Realtime } from '../realtime/create-realtime.ts';
import { encodeJsonFrame, pingFrame } from '../realtime/text-frame.ts';
import type { CommandSubmitter } from '../store/submit-command.ts';
import { type FrameDeps, handleFrame } from './handle-frame.ts';
import { createInboundBudget } from './inbound-budget.ts';
import { OutboxGroup } from './outbox-group.ts';
import { type Authenticate, renewIdentity, sayHello } from './say-hello.ts';
import { SessionSocket, type SessionStream, sessionOf } from './session-socket.ts';
import type { SocketLimits } from './socket-limits.ts';
import { type SessionContext, SocketSession } from './socket-session.ts';
import { createStrangerDoor, refuseHandshake } from './stranger-door.ts';

export interface SocketDeps {
  server: Server;
  authenticate: Authenticate;
  submitter: CommandSubmitter;
  resolveAttachments: FrameDeps['resolveAttachments'];
  realtime: Realtime;
  typing: FrameDeps['typing'];
  presence: FrameDeps['presence'];
  findPeers: FrameDeps['findPeers'];
  /** Whether a page of this origin may open a socket; requests without an origin are no browser's. */
  isAllowedOrigin(origin: string, host: string): boolean;
  /** What stands for the client in limits. */
  addressOf(request: IncomingMessage): string;
  countStranger(address: string): Problem | undefined;
  limits: SocketLimits;
  log: Logger;
}

export interface Sockets {
  readonly count: number;
  readonly unreadBytes: number;
  /** Takes no more sockets and sends those that are open to another gateway, spread over time. */
  drain(): Promise<void>;
}

export const socketPath = '/ws';
const sweepEveryMs = 1_000;

/** The WebSocket door: bounded before anything is read, authenticated by the first frame. */
export function registerSockets(deps: SocketDeps): Sockets {
  const { server, realtime, limits, log } = deps;
  const sessions = new Set<SocketSession>();
  const outboxes = new OutboxGroup({
    maxBytes: limits.maxUnreadBytes,
    maxTotalBytes: limits.maxTotalUnreadBytes,
  });
  const context: SessionContext = { outboxes, limits, log };
  const inbound = createInboundBudget(
    { maxBytesBeforeHello: limits.maxBytesBeforeHello, maxTotalBytes: limits.maxTotalUnfinishedBytes },
    sessions,
  );
  const door = new WebSocketServer({
    WebSocket: SessionSocket,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxPayloadBytes,
    // The defaults let 60 clients that send one-byte fragments take 128 MiB.
    ...{ maxFragments: 64, maxBufferedChunks: 256 },
  });
  const frameDeps: FrameDeps = {
    submitter: deps.submitter,
    resolveAttachments: deps.resolveAttachments,
    renew: (session, token) => renewIdentity(deps.authenticate, session, token),
    typing: deps.typing,
    presence: deps.presence,
    findPeers: deps.findPeers,
    maxSendsInFlight: limits.maxSendsInFlight,
    log,
  };
  const strangers = createStrangerDoor(deps.countStranger, limits.strangers);
  let draining = false;

  const receive = (session: SocketSession, raw: RawData, isBinary: boolean): void => {
    session.isAlive = true;
    inbound.finished(session, (raw as Buffer).length);
    if (session.isClosing) return;
    if (!session.admitFrame()) return session.close('tooMany');
    const frame = isBinary ? null : parseFrame(raw);
    if (frame === null) {
      session.sendProblem(
        runtimeProblems['invalid-request']({ detail: 'a frame is one JSON object in text' }),
      );
      return session.close('protocol');
    }
    if (session.helloTimer !== null) {
      clearTimeout(session.helloTimer);
      session.helloTimer = null;
      return void sayHello(deps, session, frame);
    }
    if (session.identity === null) return session.close('protocol', 'one hello, then wait for ready');
    handleFrame(frameDeps, session, frame);
  };
  function whenMessage(this: WebSocket, raw: RawData, isBinary: boolean): void {
    receive(sessionOf(this), raw, isBinary);
  }
  function whenBytes(this: SessionStream, chunk: Buffer): void {
    if (this.session !== undefined) inbound.received(this.session, chunk.length);
  }
  function whenPong(this: WebSocket): void {
    sessionOf(this).isAlive = true;
  }
  function whenClosed(this: WebSocket): void {
    const session = sessionOf(this);
    session.ended();
    inbound.forget(session);
    if (session.strangerFrom !== null) strangers.failed(session.strangerFrom);
    if (session.presentAs !== null) deps.presence.leave(session.presentAs);
    deps.presence.unwatch(session);
    sessions.delete(session);
  }
  const whenBroken = (error: Error): void => log.debug({ err: error }, 'socket error');
  const admit = (socket: SessionSocket, stream: SessionStream, address: string): void => {
    const session = new SocketSession(socket, stream, context);
    session.strangerFrom = address;
    socket.session = session;
    sessions.add(session);
    stream.session = session;
    // Before the library, which may find a whole message in it.
    stream.prependListener('data', whenBytes);
    session.helloTimer = setTimeout(() => session.close('helloTimeout'), limits.helloWithinMs);
    socket.on('message', whenMessage).on('pong', whenPong).on('error', whenBroken).on('close', whenClosed);
  };
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const { origin, host = '' } = request.headers;
    if (request.url?.split('?', 1)[0] !== socketPath) return refuseHandshake(stream, 404);
    if (origin !== undefined && !deps.isAllowedOrigin(origin, host)) return refuseHandshake(stream, 403);
    const address = deps.addressOf(request);
    if (strangers.turnsAway(address, stream)) return;
    if (draining || sessions.size >= limits.maxSockets) return refuseHandshake(stream, 503);
    (stream as Socket).setNoDelay(true);
    door.handleUpgrade(request, stream, head, (socket) => admit(socket, stream as Socket, address));
  };
  server.on('upgrade', upgrade);

  realtime.onInterruption({
    lost: () => {
      for (const session of sessions) session.subscriber?.hold();
    },
    back: (from) => {
      for (const session of sessions) void session.subscriber?.catchUpFrom(from);
    },
  });

  // Heartbeats go round: each second the next part of the sockets, so that they never all answer at once.
  let beating: SocketSession[] = [];
  const sweep = setInterval(() => {
    const now = Date.now();
    // One buffer for all: the heartbeat with the ping behind it.
    const heartbeat =
      realtime.cursor === null
        ? pingFrame
        : Buffer.concat([encodeJsonFrame({ type: 'heartbeat', cursor: realtime.cursor }), pingFrame]);
    if (beating.length === 0) beating = [...sessions];
    const share = Math.ceil((sessions.size * sweepEveryMs) / limits.heartbeatMs);
    for (const session of beating.splice(0, share)) {
      if (!session.isClosing) session.beat(session.subscriber?.isLive ? heartbeat : pingFrame);
    }
    for (const session of sessions) {
      if (session.identity !== null && session.identity.expiresAtMs <= now)
        session.close('unauthenticated', 'expired');
    }
  }, sweepEveryMs);

  return {
    get count() {
      return sessions.size;
    },
    get unreadBytes() {
      return outboxes.pendingBytes;
    },
    async drain() {
      draining = true;
      strangers.close();
      clearInterval(sweep);
      const spreadMs = Math.min(limits.maxSpreadMs, sessions.size * limits.spreadPerSocketMs);
      for (const session of sessions) {
        session.close('goingAway', String(Math.floor(Math.random() * spreadMs)));
      }
      const until = Date.now() + 3_000;
      while (sessions.size > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      server.off('upgrade', upgrade);
    },
  };
}

function parseFrame(raw: RawData): { type?: unknown } | null {
  try {
    const value: unknown = JSON.parse(raw.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
