import type { ClientFrame, ServerFrame } from '@storm/contracts';
import type { Closed } from './close-codes.ts';
import type { SocketConstructor, SocketLike } from './open-socket.ts';
import { settledLater } from './settled-later.ts';

export interface SocketLife {
  readonly isReady: boolean;
  send(frame: ClientFrame): void;
  /** Ends it; `closed` follows at once, without waiting for the other side. */
  end(code?: number): void;
  readonly closed: Promise<Closed>;
}

export interface SocketLifeOptions {
  url: string;
  WebSocket: SocketConstructor;
  hello: Extract<ClientFrame, { type: 'hello' }>;
  /** From the first byte to `ready`. */
  readyTimeoutMs: number;
  onFrame(frame: ServerFrame): void;
}

const openState = 1;
/** Silence longer than this many heartbeats means that the other side is gone. */
const patience = 2.5;

/** One socket from its opening to its end: hello, the watch over its heartbeat, frames out and in. */
export function startSocketLife(options: SocketLifeOptions): SocketLife {
  const { promise: closed, resolve: onClosed } = settledLater<Closed>();
  const socket: SocketLike = new options.WebSocket(options.url);
  let isReady = false;
  let lastFrameAtMs = Date.now();
  let silenceMs = options.readyTimeoutMs;
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  const finish = (code: number, reason: string): void => {
    clearTimeout(watchdog);
    socket.onmessage = null;
    socket.onopen = null;
    socket.onclose = null;
    // A late error of a socket that nobody waits for must not be thrown.
    socket.onerror = () => undefined;
    onClosed({ code, reason, wasReady: isReady });
    isReady = false;
  };
  const end = (code = 1000): void => {
    finish(1006, 'ended by the client');
    if (socket.terminate !== undefined && code !== 1000) socket.terminate();
    else socket.close(1000);
  };
  const watch = (): void => {
    const leftMs = lastFrameAtMs + silenceMs - Date.now();
    if (leftMs <= 0) end(1006);
    else watchdog = setTimeout(watch, leftMs);
  };
  watch();

  socket.onopen = () => socket.send(JSON.stringify(options.hello));
  socket.onerror = () => undefined;
  socket.onclose = ({ code, reason }: { code: number; reason: string }) => finish(code, String(reason));
  socket.onmessage = ({ data }: { data: unknown }) => {
    lastFrameAtMs = Date.now();
    const frame = readFrame(data);
    if (frame === null) return end(1002);
    if (frame.type === 'ready') {
      isReady = true;
      silenceMs = Math.max(1_000, frame.heartbeatMs * patience);
    }
    options.onFrame(frame);
  };

  return {
    get isReady() {
      return isReady;
    },
    send(frame) {
      if (socket.readyState === openState) socket.send(JSON.stringify(frame));
    },
    end,
    closed,
  };
}

function readFrame(data: unknown): ServerFrame | null {
  try {
    return JSON.parse(String(data)) as ServerFrame;
  } catch {
    return null;
  }
}
