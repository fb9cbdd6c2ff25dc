import type { ConversationId, Presence, StormEvent, Tokens, User, UserId } from '@storm/contracts';
import { createAskByRef } from './ask-by-ref.ts';
import { createDownloads, type Downloads } from './download.ts';
import { createEndpoints } from './endpoints.ts';
import { createEventHub, type EventDataOf, type EventType } from './event-hub.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { type KeyValueStore, memoryStore } from './key-value-store.ts';
import { createListeners } from './listeners.ts';
import { createMoments, type TypingOf } from './moments.ts';
import { findWebSocket, type SocketConstructor } from './open-socket.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPosition, type Position, type Resync } from './position.ts';
import { type Realtime, startRealtime } from './realtime.ts';
import type { CallOptions, RouteAnswer, RouteBody, RouteInput } from './route-types.ts';
import { type RouteName, routes } from './routes.ts';
import { createSendByXhr } from './send-by-xhr.ts';
import { createSession, type Session, type SignedOutReason } from './session.ts';
import { isRetryable } from './storm-problem.ts';
import { createUpload, type Upload } from './upload.ts';
import { createWire } from './wire.ts';

export interface StormClientOptions {
  /** Where the platform is reached, path prefix included. Of several, the next is taken when one fails. */
  baseUrl: string | readonly string[];
  /** Keeps session and cursor; in memory when absent. */
  store?: KeyValueStore;
  /** Limit of one call, 10 s when absent. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  webSocket?: SocketConstructor;
  /** What a listener of the app throws; `console.error` when absent. */
  onFault?: (error: unknown) => void;
}

export interface ConnectOptions {
  /**
   * `state` (when absent): without a cursor in the store, `onResync` gets all conversations and the events continue
   * them. `now`: nothing is fetched, events from now on.
   */
  startFrom?: 'state' | 'now';
}

type CallArguments<N extends RouteName> =
  Record<never, never> extends RouteInput<N>
    ? [input?: RouteInput<N>, options?: CallOptions]
    : [input: RouteInput<N>, options?: CallOptions];

/** Every route as a method: `client.api.listMessages({ params: { conversationId }, query: { limit: 20 } })`. */
export type StormApi = {
  readonly [N in RouteName]: (...input: CallArguments<N>) => Promise<RouteBody<N>>;
};

export interface StormClient {
  readonly api: StormApi;
  /** As `api`, with the status: 201 and 200 and 202 of a send mean different things. */
  exchange<N extends RouteName>(name: N, ...input: CallArguments<N>): Promise<RouteAnswer<N>>;

  /** Who is signed in on this device; reads the store. */
  restore(): Promise<Session | undefined>;
  readonly user: User | undefined;
  register(body: RouteInput<'register'>['body']): Promise<User>;
  login(body: RouteInput<'login'>['body']): Promise<User>;
  /** Ends the session here and, when it can be reached, on the platform. */
  logout(): Promise<void>;
  onSignedOut(listener: (reason: SignedOutReason) => void): () => void;

  readonly send: Outbox['send'];
  /** Marks everything up to `seq` read, over the socket when it is open. */
  markRead(conversationId: ConversationId, seq: number): Promise<void>;
  /** Says that this device has got everything up to `seq`. */
  markDelivered(conversationId: ConversationId, seq: number): Promise<void>;
  readonly upload: Upload;
  readonly downloads: Downloads;

  /** Starts the connection that stays, or gives the one there is. */
  connect(options?: ConnectOptions): Realtime;
  readonly realtime: Realtime | undefined;
  /** Place in the stream up to which everything was delivered. */
  readonly cursor: string | undefined;
  /** Events, each once, those of a conversation in its order. @returns a function that ends it */
  on<T extends EventType>(type: T, listener: (data: EventDataOf<T>) => void): () => void;
  onAny(listener: (event: StormEvent) => void): () => void;
  /** The whole state anew: draw from it; the events that follow continue it. */
  onResync(listener: (resync: Resync) => void): () => void;
  /** Tells the others that this one types; drops what is more often than the platform takes, and without a socket. */
  typing(conversationId: ConversationId): void;
  onTyping(listener: (typing: TypingOf) => void): () => void;
  /** Whose presence is shown from now on, instead of all before; said again after every reconnect. */
  watch(userIds: readonly UserId[]): void;
  /** How it stands with those who are watched; nothing comes while the platform does not know. */
  onPresence(listener: (presence: Presence) => void): () => void;
  /** Round trip over the socket. */
  ping(): Promise<number>;
  /** Closes the connection; the session stays. */
  close(): Promise<void>;
}

/**
 * The client of one person on one platform.
 * @example
 * const storm = createStormClient({ baseUrl: 'http://localhost:30080' });
 * await storm.login({ username: 'ada', password: '…' });
 * storm.on('message-stored.v1', (message) => console.log(message.text));
 * await storm.connect().ready;
 * await storm.send(conversationId, { text: 'hello' });
 */
export function createStormClient(options: StormClientOptions): StormClient {
  const { store = memoryStore(), timeoutMs = 10_000, onFault = (error) => console.error(error) } = options;
  const endpoints = createEndpoints(options.baseUrl);
  const session = createSession(store, async (refreshToken) => {
    return (await exchange.json('refresh', { body: { refreshToken } })).body;
  });
  const fetcher: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const exchange: Exchange = createExchange({ endpoints, session, fetch: fetcher, timeoutMs });
  const hub = createEventHub(onFault);
  const wire = createWire(onFault);
  const moments = createMoments(wire, onFault);
  const askByRef = createAskByRef(wire);
  const outbox = createOutbox({ exchange, session, wire, hub, timeoutMs });
  const signedOut = createListeners<SignedOutReason>(onFault);
  const resyncs = createListeners<Resync>(onFault);
  let realtime: Realtime | undefined;
  let position: Position | undefined;

  session.onChange((current, reason) => {
    if (current === undefined && reason !== undefined) signedOut.tell(reason);
  });
  /** The connection ends with the session, and its last word on the cursor is not for who comes next. */
  const forget = async (): Promise<void> => {
    await session.clear('signed-out');
    await realtime?.close();
    await store.set('cursor', null);
  };
  const signIn = async (tokens: Tokens): Promise<User> => {
    await forget();
    return (await session.accept(tokens)).user;
  };
  const call = <N extends RouteName>(name: N, input: unknown, callOptions?: CallOptions) =>
    exchange.json(name, (input ?? {}) as RouteInput<N>, callOptions);
  const api = Object.fromEntries(
    (Object.keys(routes) as RouteName[]).map((name) => [
      name,
      async (input?: unknown, callOptions?: CallOptions) => {
        const answer: { body: unknown } = await call(name, input, callOptions);
        return answer.body;
      },
    ]),
  ) as unknown as StormApi;

  function connect({ startFrom = 'state' }: ConnectOptions = {}): Realtime {
    if (realtime !== undefined && realtime.state !== 'ended') return realtime;
    position = createPosition({ exchange, store, deliver: hub.emit, startFrom, onFault });
    position.onResync(resyncs.tell);
    realtime = startRealtime({
      session,
      endpoints,
      wire,
      position,
      findWebSocket: async () => options.webSocket ?? findWebSocket(),
      readyTimeoutMs: timeoutMs,
      onFault,
    });
    return realtime;
  }

  return {
    api,
    exchange: (name, ...[input, callOptions]) => call(name, input, callOptions),
    restore: session.load,
    get user() {
      return session.current?.user;
    },
    register: async (body) => signIn((await exchange.json('register', { body })).body),
    login: async (body) => signIn((await exchange.json('login', { body })).body),
    async logout() {
      try {
        await call('logout', {});
      } catch (error) {
        if (!isRetryable(error)) throw error;
      } finally {
        await forget();
      }
    },
    onSignedOut: (listener) => signedOut.add(listener),
    send: outbox.send,
    async markRead(conversationId, seq) {
      if (wire.isOpen) await askByRef({ type: 'read', conversationId, seq }, timeoutMs);
      else await call('markRead', { params: { conversationId }, body: { seq } });
    },
    async markDelivered(conversationId, seq) {
      if (wire.isOpen) wire.send({ type: 'delivered', conversationId, seq });
      else await call('markDelivered', { params: { conversationId }, body: { seq } });
    },
    upload: createUpload(exchange, createSendByXhr(endpoints, session)),
    downloads: createDownloads(exchange, endpoints),
    connect,
    get realtime() {
      return realtime;
    },
    get cursor() {
      return position?.cursor;
    },
    on: hub.on,
    onAny: hub.onAny,
    onResync: (listener) => resyncs.add(listener),
    typing: moments.typing,
    onTyping: moments.onTyping,
    watch: moments.watch,
    onPresence: moments.onPresence,
    async ping() {
      const sentAtMs = performance.now();
      await askByRef({ type: 'ping' }, timeoutMs);
      return performance.now() - sentAtMs;
    },
    close: async () => realtime?.close(),
  };
}
