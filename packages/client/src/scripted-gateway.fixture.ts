import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientFrame, ServerFrame, Tokens } from '@storm/contracts';
import { type WebSocket, WebSocketServer } from 'ws';

type FrameOf<T extends ClientFrame['type']> = Extract<ClientFrame, { type: T }>;

/** One socket as the other side of it sees it. */
export class ScriptedSocket {
  readonly #socket: WebSocket;
  readonly #frames: ClientFrame[] = [];
  readonly #arrivals = new Set<() => void>();
  isClosed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#frames.push(JSON.parse(String(data)) as ClientFrame);
      for (const tell of this.#arrivals) tell();
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** The next frame of a type; frames of other types before it stay. */
  async next<T extends ClientFrame['type']>(type: T): Promise<FrameOf<T>> {
    for (;;) {
      const index = this.#frames.findIndex((frame) => frame.type === type);
      if (index !== -1) return this.#frames.splice(index, 1)[0] as FrameOf<T>;
      await new Promise<void>((resolve) => {
        const tell = (): void => {
          this.#arrivals.delete(tell);
          resolve();
        };
        this.#arrivals.add(tell);
      });
    }
  }

  send(...frames: ServerFrame[]): void {
    for (const frame of frames) this.#socket.send(JSON.stringify(frame));
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  cut(): void {
    this.#socket.terminate();
  }

  /** Reads the hello and answers it. */
  async admit(cursor: string, heartbeatMs = 10_000): Promise<FrameOf<'hello'>> {
    const hello = await this.next('hello');
    const { userId, sessionId } = someone;
    const resumed = hello.cursor !== undefined;
    this.send({ type: 'ready', userId, sessionId, cursor: hello.cursor ?? cursor, heartbeatMs, resumed });
    return hello;
  }
}

const someone = {
  userId: 'someone' as Extract<ServerFrame, { type: 'ready' }>['userId'],
  sessionId: 'session' as Tokens['sessionId'],
};

export const tokensOf = (accessToken: string, accessExpiresInSeconds = 900): Tokens => ({
  accessToken,
  accessExpiresInSeconds,
  refreshToken: `${accessToken}-refresh-token-long-enough`,
  sessionId: someone.sessionId,
  user: { id: someone.userId, username: 'ada', displayName: 'Ada', createdAt: '2026-01-01T00:00:00Z' },
});

type Answer = (request: IncomingMessage, body: unknown) => { status: number; body?: unknown } | undefined;

/**
 * The other side of the protocol, played by a test: for what a real gateway does not do on demand (lose an event,
 * fall silent, refuse a token). What the platform really does is tested in test/e2e.
 */
export class ScriptedGateway {
  readonly #server: Server;
  readonly #door: WebSocketServer;
  readonly #waiting: ScriptedSocket[] = [];
  #takers: ((socket: ScriptedSocket) => void)[] = [];
  /** Answers HTTP; undefined means 404. */
  answer: Answer = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.#door = new WebSocketServer({ server, path: '/ws' });
    this.#door.on('connection', (socket) => {
      const scripted = new ScriptedSocket(socket);
      const taker = this.#takers.shift();
      if (taker === undefined) this.#waiting.push(scripted);
      else taker(scripted);
    });
    server.on('request', (request, response) => void this.#reply(request, response));
  }

  static async start(): Promise<ScriptedGateway> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedGateway(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next socket that is opened. */
  socket(): Promise<ScriptedSocket> {
    const socket = this.#waiting.shift();
    if (socket !== undefined) return Promise.resolve(socket);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  async #reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : text;
    const answer = this.answer(request, body) ?? { status: 404, body: null };
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  async stop(): Promise<void> {
    this.#takers = [];
    for (const socket of this.#door.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
