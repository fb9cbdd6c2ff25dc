import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

type Frame = Record<string, unknown> & { type: string };

/** A socket that may break every rule of the protocol. */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Resolves with the status when the door stayed shut, undefined when it opened. */
  readonly refused: Promise<number | undefined>;
  #arrived: () => void = () => undefined;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}`, { headers });
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.refused = new Promise((resolve) => {
      this.#socket.once('open', () => resolve(undefined));
      this.#socket.once('unexpected-response', (request, { statusCode }) => {
        request.destroy();
        resolve(statusCode);
      });
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.#arrived();
    });
  }

  async send(data: unknown): Promise<void> {
    await this.refused;
    this.#socket.send(typeof data === 'string' || Buffer.isBuffer(data) ? data : JSON.stringify(data));
  }

  /** Several frames in one write. */
  async sendTogether(frames: readonly unknown[]): Promise<void> {
    await this.refused;
    const stream = (this.#socket as unknown as { _socket: Socket })._socket;
    stream.cork();
    for (const frame of frames) this.#socket.send(JSON.stringify(frame));
    stream.uncork();
  }

  /** The first frame that fits, taken out. @throws when the socket closes before one comes */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const index = this.frames.findIndex(fits);
      if (index !== -1) return this.frames.splice(index, 1)[0] as Frame;
      await this.#another();
    }
  }

  /** Resolves once it is true; asked again with every frame that comes. @throws when the socket closes before */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await this.#another();
  }

  async #another(): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    const ended = await Promise.race([arrived, this.closed]);
    if (ended !== undefined) throw new Error(`closed with ${ended.code} ${ended.reason}`);
  }

  /** Says hello and waits for `ready`. */
  async hello(token: string, cursor?: string): Promise<Frame> {
    await this.send({ type: 'hello', token, ...(cursor === undefined ? {} : { cursor }) });
    return this.next(({ type }) => type === 'ready');
  }

  end(): void {
    this.#socket.terminate();
  }
}
