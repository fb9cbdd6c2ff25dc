import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { SocketSession } from './socket-session.ts';

/** A WebSocket that knows its session, so that one listener of a kind serves all sockets. */
export class SessionSocket extends WebSocket {
  session: SocketSession | null = null;
}

/** The connection below it; the same for its listeners. */
export interface SessionStream extends Socket {
  session?: SocketSession;
}

/** @returns the session of the socket that a listener was called on. */
export function sessionOf(socket: WebSocket): SocketSession {
  if (!(socket instanceof SessionSocket) || socket.session === null)
    throw new Error('a socket without a session');
  return socket.session;
}
