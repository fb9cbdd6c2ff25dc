import type { ServerFrame, StormEvent } from '@storm/contracts';
import { backoffMs } from './backoff.ts';
import { type AfterClose, afterClose, type Closed, closeCodes, reconnectBackoff } from './close-codes.ts';
import type { Endpoints } from './endpoints.ts';
import { createListeners } from './listeners.ts';
import { type SocketConstructor, socketUrl } from './open-socket.ts';
import type { Position } from './position.ts';
import type { SessionKeeper } from './session.ts';
import { settledLater } from './settled-later.ts';
import { sleep } from './sleep.ts';
import { type SocketLife, startSocketLife } from './socket-life.ts';
import { clientProblem, isRetryable, StormProblem } from './storm-problem.ts';
import type { Wire } from './wire.ts';

/** `waiting`: between two tries. `ended`: for good, after `close`, signing out, or a refusal. */
export type RealtimeState = 'connecting' | 'open' | 'waiting' | 'paused' | 'ended';

/** The connection that stays: reconnects by itself until closed. */
export interface Realtime {
  readonly state: RealtimeState;
  /** Resolves when events first flow; rejects with a StormProblem when that cannot be. */
  readonly ready: Promise<void>;
  onState(listener: (state: RealtimeState) => void): () => void;
  /** Errors that answer nothing in particular. */
  onProblem(listener: (problem: StormProblem) => void): () => void;
  /** Drops the socket and stays away until `resume`, which tries at once. */
  pause(): void;
  resume(): void;
  /** Breaks the socket as a lost network would; it comes back by itself. */
  drop(): void;
  /** Ends it for good; the cursor is kept in the store. */
  close(): Promise<void>;
}

export interface RealtimeDeps {
  session: SessionKeeper;
  endpoints: Endpoints;
  wire: Wire;
  position: Position;
  findWebSocket: () => Promise<SocketConstructor>;
  readyTimeoutMs: number;
  onFault: (error: unknown) => void;
}

/** A socket that lasted this long was a good one: the next failure counts as the first. */
const usefulMs = 5_000;
const elsewhere: readonly number[] = [closeCodes.goingAway, 1006, 1011, 1012];

export function startRealtime(deps: RealtimeDeps): Realtime {
  const { session, endpoints, wire, position, onFault } = deps;
  const stop = new AbortController();
  const states = createListeners<RealtimeState>(onFault);
  const problems = createListeners<StormProblem>(onFault);
  const firstReady = settledLater<void>();
  firstReady.promise.catch(() => undefined);
  let state: RealtimeState = 'connecting';
  let paused: { promise: Promise<void>; resolve: () => void } | undefined;
  let wake = new AbortController();
  let life: SocketLife | undefined;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;

  const become = (next: RealtimeState): void => {
    if (state === next) return;
    state = next;
    states.tell(next);
  };

  function renewInTime(): void {
    clearTimeout(renewTimer);
    if (session.current === undefined || life === undefined) return;
    const waitMs = Math.max(1_000, session.current.renewAtMs - Date.now());
    const renew = (): void => {
      session.accessToken().then(renewInTime, renewInTime);
    };
    renewTimer = setTimeout(renew, Math.min(waitMs, 2 ** 31 - 1));
  }

  function onFrame(frame: ServerFrame): void {
    if (frame.type === 'event') {
      return position.event({ type: frame.event, data: frame.data } as StormEvent, frame.cursor);
    }
    if (frame.type === 'heartbeat') {
      if (frame.cursor !== undefined) position.pass(frame.cursor);
      return;
    }
    if (frame.type === 'ready') {
      position.ready(frame.cursor);
      become('open');
      firstReady.resolve();
      renewInTime();
    }
    if (frame.type === 'resync') position.lost(frame.reason);
    wire.receive(frame);
    if (frame.type === 'error' && frame.key === undefined && frame.ref === undefined) {
      problems.tell(new StormProblem(frame.problem));
    }
  }

  async function oneSocket(renew: boolean): Promise<Closed> {
    const held = await session.accessToken();
    const token = renew ? await session.renewed(held) : held;
    const cursor = await position.begin();
    const WebSocket = await deps.findWebSocket();
    const base = endpoints.current;
    stop.signal.throwIfAborted();
    if (paused !== undefined) throw clientProblem('disconnected');
    life = startSocketLife({
      url: socketUrl(base),
      WebSocket,
      hello: { type: 'hello', token, ...(cursor === undefined ? {} : { cursor }) },
      readyTimeoutMs: deps.readyTimeoutMs,
      onFrame,
    });
    wire.attach(life);
    const closed = await life.closed;
    life = undefined;
    clearTimeout(renewTimer);
    wire.attach(undefined);
    if (!closed.wasReady || elsewhere.includes(closed.code)) endpoints.failed(base);
    return closed;
  }

  async function stay(): Promise<void> {
    let failedTries = 0;
    let renew = false;
    for (;;) {
      await paused?.promise;
      stop.signal.throwIfAborted();
      become('connecting');
      const beganAtMs = Date.now();
      let next: AfterClose;
      try {
        const closed = await oneSocket(renew);
        if (closed.wasReady && Date.now() - beganAtMs > usefulMs) failedTries = 0;
        next = afterClose(closed, failedTries);
        if (next.action === 'end' && next.signedOut) await session.clear('revoked');
        if (next.action === 'end') throw refused(closed);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        next = { action: 'reconnect', waitMs: backoffMs(failedTries, reconnectBackoff), renew };
      }
      failedTries++;
      renew = next.renew;
      stop.signal.throwIfAborted();
      if (paused !== undefined) continue;
      become('waiting');
      wake = new AbortController();
      await sleep(next.waitMs, wake.signal).catch(() => undefined);
    }
  }

  const end = async (problem: unknown): Promise<void> => {
    clearTimeout(renewTimer);
    offSession();
    await position.end();
    become('ended');
    firstReady.reject(problem);
    if (stop.signal.aborted) return;
    if (problem instanceof StormProblem) problems.tell(problem);
    else onFault(problem);
  };
  const finish = (problem: StormProblem): void => {
    stop.abort(problem);
    life?.end();
    wake.abort();
    paused?.resolve();
  };
  const offSession = session.onChange((current) => {
    if (current === undefined) finish(clientProblem('not-signed-in'));
    else if (wire.isOpen) {
      wire.send({ type: 'renew', token: current.accessToken });
      renewInTime();
    }
  });
  const ended = stay().catch(end);

  return {
    get state() {
      return state;
    },
    ready: firstReady.promise,
    onState: (listener) => states.add(listener),
    onProblem: (listener) => problems.add(listener),
    pause() {
      if (paused !== undefined || state === 'ended') return;
      paused = settledLater<void>();
      become('paused');
      life?.end(1001);
      wake.abort();
    },
    resume() {
      paused?.resolve();
      paused = undefined;
      wake.abort();
    },
    drop: () => life?.end(1006),
    async close() {
      finish(clientProblem('disconnected', 'closed by the client'));
      await ended;
    },
  };
}

const refused = ({ code, reason }: Closed): StormProblem =>
  new StormProblem({
    type: `closed-${code}`,
    title: 'The platform ended the connection',
    status: 0,
    detail: reason === '' ? `close code ${code}` : reason,
    retryable: false,
  });
