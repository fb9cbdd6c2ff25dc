/** The part of a WebSocket that the client uses; browsers, Node >= 22 and the `ws` package all have it. */
export interface SocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Only `ws`: ends the connection without the closing handshake. */
  terminate?: () => void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type SocketConstructor = new (url: string) => SocketLike;

/** The platform's own WebSocket, else the `ws` package (Node 20). */
export async function findWebSocket(): Promise<SocketConstructor> {
  const own = (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  if (own !== undefined) return own;
  const { WebSocket } = await import('ws');
  return WebSocket as unknown as SocketConstructor;
}

/** @example socketUrl('https://chat.example.org/storm') === 'wss://chat.example.org/storm/ws' */
export const socketUrl = (base: string): string => `${base.replace(/^http/, 'ws')}/ws`;
