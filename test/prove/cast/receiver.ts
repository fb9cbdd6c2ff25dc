import { WebSocket } from 'ws';
import { readHistory } from '../history/read-history.ts';
import type { ReceiverLog, SeenMessage } from '../history/records.ts';
import { sleep, within } from '../sleep.ts';
import type { Person } from './person.ts';

export interface ReceiverOptions {
  /** The next is taken when one fails. */
  readonly urls: readonly string[];
  readonly person: Person;
  readonly conversationIds: readonly string[];
  /** Where the history is read when the platform says `resync`; default `urls`. */
  readonly fetchFrom?: readonly string[];
  /** Keeps only what is of `conversationIds`: one person has many sockets, and each log stands for a part. */
  readonly ignoresOthers?: boolean;
  /** Between a close and the next try. Default: the platform's hint, else 50-150 ms. */
  reconnectAfterMs?(code: number, reason: string): number;
}

interface Frame {
  type: string;
  event?: string;
  cursor?: string;
  reason?: string;
  resumed?: boolean;
  heartbeatMs?: number;
  data?: SeenMessage;
}

/** A raw socket that keeps what it is given and comes back with its cursor when it is cut. */
export class Receiver implements ReceiverLog {
  readonly conversationIds: readonly string[];
  readonly given: SeenMessage[] = [];
  readonly fetched: SeenMessage[] = [];
  readonly resyncs: string[] = [];
  readonly closes: { code: number; reason: string; atMs: number; wasReady: boolean }[] = [];
  /** By `performance.now()`: when it last said ready. */
  readyAtMs = 0;
  heartbeats = 0;
  /** Told again by the stream and dropped, as a client does. */
  repeats = 0;
  cursor: string | undefined;
  /** Between a close and the next ready, each time. */
  readonly gapsMs: number[] = [];
  /** Called for each new message. */
  onMessage: ((message: SeenMessage) => void) | undefined;
  readonly #options: ReceiverOptions;
  readonly #ids = new Set<string>();
  /** Of each conversation: the sequence up to which nothing is missing. */
  readonly #whole = new Map<string, number>();
  readonly #ahead = new Map<string, Set<number>>();
  #socket: WebSocket | undefined;
  #stopped = false;
  #attempt = 0;
  #awaySince: number | undefined;
  #fetching: Promise<void> = Promise.resolve();
  #onReady: () => void = () => undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.conversationIds = options.conversationIds;
  }

  /** Resolves when a gateway has first said `ready`. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#onReady = resolve;
      this.#connect();
    });
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Different messages known, however they came. */
  get known(): number {
    return this.#ids.size;
  }

  /** Cuts the connection as a lost network would. */
  drop(): void {
    this.#socket?.terminate();
  }

  #connect(): void {
    const { urls, person } = this.#options;
    const baseUrl = urls[this.#attempt++ % urls.length] ?? '';
    const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/ws`, {
      perMessageDeflate: false,
      handshakeTimeout: 8_000,
    });
    this.#socket = socket;
    let wasReady = false;
    let silenceMs = 0;
    let silence: NodeJS.Timeout | undefined;
    // A peer that says nothing for two heartbeats is gone, whatever TCP believes.
    const listenOn = (): void => {
      clearTimeout(silence);
      if (silenceMs > 0) silence = setTimeout(() => socket.terminate(), silenceMs);
    };
    socket.on('ping', listenOn);
    socket.on('open', () => {
      const cursor = this.cursor;
      socket.send(JSON.stringify({ type: 'hello', token: person.token, ...(cursor && { cursor }) }));
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.type === 'ready') {
        wasReady = true;
        silenceMs = (frame.heartbeatMs ?? 0) * 2.5;
      }
      listenOn();
      this.#take(frame);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', (code, reason) => {
      clearTimeout(silence);
      this.#awaySince ??= performance.now();
      const text = reason.toString();
      this.closes.push({ code, reason: text, atMs: performance.now(), wasReady });
      if (this.#stopped) return;
      const waitMs = this.#options.reconnectAfterMs?.(code, text) ?? waitOf(text);
      setTimeout(() => !this.#stopped && this.#connect(), waitMs);
    });
  }

  #take(frame: Frame): void {
    if (frame.type === 'ready') {
      this.cursor ??= frame.cursor;
      this.readyAtMs = performance.now();
      if (this.#awaySince !== undefined) {
        this.gapsMs.push(this.readyAtMs - this.#awaySince);
        this.#awaySince = undefined;
      }
      this.#onReady();
    }
    if (frame.type === 'heartbeat') this.heartbeats++;
    if (frame.type === 'resync') {
      this.resyncs.push(frame.reason ?? '');
      this.cursor = frame.cursor;
      this.#fetching = this.#fetching.then(() => this.#fetch());
    }
    if (frame.type === 'event' || frame.type === 'heartbeat') this.cursor = frame.cursor ?? this.cursor;
    // As a client does: what is no message is dropped.
    if (frame.event === 'message-stored.v1' && typeof frame.data?.id === 'string') this.#keep(frame.data);
  }

  #keep({ conversationId, senderId, key, seq, id }: SeenMessage): void {
    // A person's sockets hear all of his conversations; one that stands for some of them keeps those.
    if (this.#options.ignoresOthers && !this.conversationIds.includes(conversationId)) return;
    if (this.#ids.has(id)) return void this.repeats++;
    const message = { conversationId, senderId, key, seq, id };
    this.given.push(message);
    this.#know(message);
    this.onMessage?.(message);
  }

  #know({ conversationId, seq, id }: SeenMessage): void {
    this.#ids.add(id);
    const ahead = this.#ahead.get(conversationId) ?? new Set();
    this.#ahead.set(conversationId, ahead.add(seq));
    let whole = this.#whole.get(conversationId) ?? 0;
    while (ahead.delete(whole + 1)) whole++;
    this.#whole.set(conversationId, whole);
  }

  async #fetch(): Promise<void> {
    const { person, urls, fetchFrom = urls } = this.#options;
    for (const id of this.conversationIds) {
      for (let attempt = 0; !this.#stopped; attempt++) {
        const url = fetchFrom[attempt % fetchFrom.length] ?? '';
        const found = await readHistory(url, person, id, this.#whole.get(id) ?? 0).catch(() => null);
        if (found === null) await sleep(100);
        else {
          for (const message of found) {
            this.fetched.push(message);
            if (!this.#ids.has(message.id)) this.#know(message);
          }
          break;
        }
      }
    }
  }

  /** Waits until so many different messages are known, at most `timeoutMs`. */
  async waitFor(count: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.known < count && Date.now() < deadline) await sleep(25);
    await within(this.#fetching, deadline - Date.now());
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.terminate();
  }
}

/** A draining gateway says for how many milliseconds one should stay away. */
function waitOf(reason: string): number {
  const hint = /^(\d+)$/.exec(reason)?.[1];
  return hint === undefined ? 50 + Math.random() * 100 : Number(hint);
}
