import { randomBytes } from 'node:crypto';
import { apiPrefix, type Message, type Tokens } from '@storm/contracts';
import { WebSocket } from 'ws';
import type { SeenMessage, SendRecord } from './check-history.ts';

export interface Person {
  id: string;
  token: string;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function post<T>(url: string, body: unknown, token?: string): Promise<{ status: number; body: T }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(8_000),
  });
  return { status: response.status, body: (await response.json()) as T };
}

export async function registerPerson(baseUrl: string): Promise<Person> {
  const username = `p-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const { status, body } = await post<Tokens>(`${baseUrl}${apiPrefix}/auth/register`, {
    username,
    displayName: username,
    password,
  });
  if (status !== 201) throw new Error(`register: ${status} ${JSON.stringify(body)}`);
  return { id: body.user.id, token: body.accessToken };
}

export async function startGroup(
  baseUrl: string,
  owner: Person,
  members: readonly Person[],
): Promise<string> {
  const { status, body } = await post<{ id: string }>(
    `${baseUrl}${apiPrefix}/conversations`,
    {
      kind: 'group',
      key: randomBytes(8).toString('hex'),
      name: 'proof',
      memberIds: members.map((one) => one.id),
    },
    owner.token,
  );
  if (status !== 201) throw new Error(`group: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

/**
 * Sends one message over HTTP until it is acknowledged as committed, with the same key, on one gateway or another.
 * What is not acknowledged by the deadline is `unknown`.
 */
export async function sendUntilAcknowledged(
  baseUrls: readonly string[],
  person: Person,
  conversationId: string,
  key: string,
  deadlineMs: number,
): Promise<SendRecord> {
  const record = { conversationId, senderId: person.id, key };
  const deadline = Date.now() + deadlineMs;
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    const url = `${baseUrls[attempt % baseUrls.length]}${apiPrefix}/conversations/${conversationId}/messages`;
    const answer = await post<Message>(url, { key, text: key }, person.token).catch(() => null);
    if (answer?.status === 201 || answer?.status === 200) {
      return { ...record, outcome: 'ok', seq: answer.body.seq, id: answer.body.id };
    }
    if (answer !== null && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      throw new Error(`send refused: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    await sleep(50 + Math.random() * 150);
  }
  return { ...record, outcome: 'unknown' };
}

/** A raw socket that keeps what it is given, and comes back with its cursor, on the next gateway, when it is cut. */
export class Receiver {
  readonly messages: SeenMessage[] = [];
  readonly resyncs: string[] = [];
  #cursor: string | undefined;
  #socket: WebSocket | undefined;
  #stopped = false;
  #attempt = 0;
  readonly #baseUrls: readonly string[];
  readonly #person: Person;
  readonly #withCursor: boolean;

  /** @param withCursor false: comes back without its cursor, as if there were no replay. */
  constructor(baseUrls: readonly string[], person: Person, withCursor = true) {
    this.#baseUrls = baseUrls;
    this.#person = person;
    this.#withCursor = withCursor;
  }

  /** Resolves when the first gateway has said `ready`. */
  start(): Promise<void> {
    return new Promise((resolve) => this.#connect(resolve));
  }

  #connect(onReady: () => void): void {
    const baseUrl = this.#baseUrls[this.#attempt++ % this.#baseUrls.length] ?? '';
    const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('open', () => {
      const cursor = this.#withCursor ? this.#cursor : undefined;
      socket.send(JSON.stringify({ type: 'hello', token: this.#person.token, ...(cursor && { cursor }) }));
    });
    socket.on('message', (data) => this.#take(JSON.parse(data.toString()), onReady));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (!this.#stopped) setTimeout(() => this.#connect(onReady), 50 + Math.random() * 100);
    });
  }

  #take(
    frame: { type: string; event?: string; cursor?: string; reason?: string; data?: SeenMessage },
    onReady: () => void,
  ): void {
    if (frame.type === 'ready') {
      this.#cursor ??= frame.cursor;
      onReady();
    }
    if (frame.type === 'resync') this.resyncs.push(frame.reason ?? '');
    if (frame.type === 'event' || frame.type === 'heartbeat') this.#cursor = frame.cursor ?? this.#cursor;
    if (frame.event === 'message-stored.v1' && frame.data !== undefined) {
      const { conversationId, senderId, key, seq, id } = frame.data;
      this.messages.push({ conversationId, senderId, key, seq, id });
    }
  }

  /** Waits until `count` different messages were given, at most `timeoutMs`. */
  async waitFor(count: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (new Set(this.messages.map((one) => one.id)).size < count && Date.now() < deadline) await sleep(50);
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.terminate();
  }
}
