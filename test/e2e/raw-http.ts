import { connect } from 'node:net';

/** What any server answered, with its body read. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Record<string, unknown>;
}

/** A request that the client package would never make. */
export async function rawFetch(url: string, init: RequestInit): Promise<RawAnswer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  const body = contentType.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, contentType, body };
}

/** Writes bytes to a server and gives what it says until the end; `cut` ends the connection after writing. */
export function rawBytes(url: string, bytes: string | Buffer, { cut = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.write(bytes, () => {
        if (cut) socket.resetAndDestroy();
      });
    });
    socket.setTimeout(15_000, () => socket.destroy(new Error('no answer in 15 s')));
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? undefined : reject(error),
    );
    socket.on('close', () => resolve(Buffer.concat(pieces).toString()));
  });
}
