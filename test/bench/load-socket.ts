import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { openMany, type SignedIn } from './bench-platform.ts';

/** Told of each text frame: its payload lies in `data` from `from` to `to`. */
export type OnText = (data: Buffer, from: number, to: number) => void;

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;
const endOfHeaders = Buffer.from('\r\n\r\n');
const noMask = 4;

/**
 * The client of the load: a WebSocket that looks at frames where they lie and writes once a tick, as the bare pipeline's
 * publisher does. With a library's client the load itself took a quarter of a core, and measured how long its own
 * garbage took. Answers pings; knows no fragments, which the gateway does not send.
 */
export class LoadSocket {
  readonly #stream: Socket;
  #rest: Buffer | undefined;
  #isOpen = false;
  #onText: OnText = () => undefined;
  #out: Buffer = Buffer.allocUnsafe(4_096);
  #outLength = 0;
  #ended: Error | undefined;

  private constructor(stream: Socket) {
    this.#stream = stream;
    stream.setNoDelay(true);
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  /** Resolves when the gateway says that it is ready. */
  static open(baseUrl: string, user: SignedIn): Promise<LoadSocket> {
    const { hostname, port } = new URL(baseUrl);
    const stream = connect(Number(port), hostname);
    const socket = new LoadSocket(stream);
    stream.write(
      `GET /ws HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    return new Promise((resolve, reject) => {
      stream.once('error', reject);
      stream.once('close', () => reject(socket.#ended ?? new Error('the socket was closed')));
      socket.onText((data, from, to) => {
        const text = data.toString('latin1', from, to);
        if (text.startsWith('{"type":"ready"')) resolve(socket);
        else reject(new Error(`not ready: ${text}`));
      });
      socket.send(JSON.stringify({ type: 'hello', token: user.token }));
    });
  }

  onText(listener: OnText): void {
    this.#onText = listener;
  }

  /** @param text ASCII; leaves with everything else that is sent in this tick. */
  send(text: string): void {
    this.#write(opcodes.text, text);
  }

  close(): void {
    this.#stream.destroy();
  }

  #write(opcode: number, payload: Buffer | string): void {
    const isLong = payload.length > 125;
    const start = this.#outLength;
    const length = (isLong ? 4 : 2) + noMask + payload.length;
    while (start + length > this.#out.length) this.#out = Buffer.concat([this.#out], this.#out.length * 2);
    this.#out[start] = 0x80 | opcode;
    this.#out[start + 1] = 0x80 | (isLong ? 126 : payload.length);
    if (isLong) this.#out.writeUInt16BE(payload.length, start + 2);
    // Masked with zeros: the payload stays as it is, the gateway unmasks it all the same.
    const mask = start + length - payload.length - noMask;
    this.#out.fill(0, mask, mask + noMask);
    if (typeof payload === 'string') this.#out.write(payload, mask + noMask, 'latin1');
    else this.#out.set(payload, mask + noMask);
    this.#outLength = start + length;
    if (start === 0) process.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (!this.#isOpen || this.#outLength === 0) return;
    const whole = Buffer.from(this.#out.subarray(0, this.#outLength));
    this.#outLength = 0;
    this.#stream.write(whole);
  }

  #receive(chunk: Buffer): void {
    const data = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    let at = 0;
    if (!this.#isOpen) {
      const end = data.indexOf(endOfHeaders);
      if (end < 0) {
        this.#rest = data;
        return;
      }
      if (!data.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) return this.#fail('no upgrade');
      this.#isOpen = true;
      this.#flush();
      at = end + endOfHeaders.length;
    }
    for (let next = this.#readFrame(data, at); next > at; next = this.#readFrame(data, at)) at = next;
    if (at < data.length) this.#rest = data.subarray(at);
  }

  /** @returns where the next frame begins; `at` when this one is not whole yet. */
  #readFrame(data: Buffer, at: number): number {
    if (data.length - at < 2) return at;
    const short = (data[at + 1] ?? 0) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (data.length - at < header) return at;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : data.readUIntBE(at + 4, 6);
    const from = at + header;
    if (data.length < from + length) return at;
    const opcode = (data[at] ?? 0) & 0x0f;
    if (opcode === opcodes.text) this.#onText(data, from, from + length);
    else if (opcode === opcodes.ping) this.#write(opcodes.pong, data.subarray(from, from + length));
    else if (opcode === opcodes.close) this.#fail(`closed with ${data.readUInt16BE(from)}`);
    return from + length;
  }

  #fail(why: string): void {
    this.#ended = new Error(why);
    this.#stream.destroy();
  }
}

export const openLoad = (
  urls: readonly string[],
  users: readonly SignedIn[],
  count: number,
): Promise<LoadSocket[]> => openMany(LoadSocket.open, urls, users, count);
