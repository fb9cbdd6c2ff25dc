import {
  type BatchedReply,
  type CommandContract,
  type ConversationId,
  commandSubject,
  replyBatchToken,
  replyHeader,
  replyInbox,
} from '@storm/contracts';
import { type Bus, encodeHeaders, Problem, type ProblemBody, runtimeProblems } from '@storm/runtime';
import { createInbox, type Msg } from 'nats';
import type { Static } from 'typebox';

/** `stored`: committed, with the message service's answer. `accepted`: the stream keeps it, the outcome comes as an event. */
export type CommandOutcome<C extends CommandContract = CommandContract> =
  | { status: 'stored'; answer: Static<C['answer']> }
  | { status: 'accepted' };

export interface CommandSubmitter {
  /**
   * Publishes a command and waits for its commit.
   * @throws Problem what the message service decided, or `service-unavailable` when the stream did not take it: then
   *   it may or may not be stored later, and trying again with the same key is safe.
   */
  submit<C extends CommandContract>(
    contract: C,
    conversationId: ConversationId,
    data: Static<C['data']>,
  ): Promise<CommandOutcome<C>>;
  readonly inFlight: number;
  /** Resolves when nothing is in flight any more. */
  settled(): Promise<void>;
}

interface Waiting {
  isKept: boolean;
  deadline: number;
  resolve(outcome: { status: 'stored'; answer: unknown } | { status: 'accepted' }): void;
  reject(problem: Problem): void;
}

const problemHeader = 'Storm-Problem';
const lastTokenOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);

/**
 * The send path's first half. Commands leave without waiting for one another: one wildcard inbox takes the stream's
 * acknowledgements (`kept.<token>`) and the message service's answers (`batch.<token>`, and those of a whole batch in one
 * message), 6 times the rate of publishing call by call. Commands carry no message id: JetStream would drop a client's retry while the first copy
 * still waits for its redelivery; duplicates are Postgres's to refuse.
 */
export function createCommandSubmitter(
  bus: Bus,
  { acceptedAfterMs, maxInFlight = 10_000 }: { acceptedAfterMs: number; maxInFlight?: number },
): CommandSubmitter {
  const waiting = new Map<string, Waiting>();
  let settledWaiters: (() => void)[] = [];
  let inbox = '';
  let nextToken = 0;
  let sweeper: NodeJS.Timeout | undefined;

  const take = (token: string): Waiting | undefined => {
    const one = waiting.get(token);
    if (one === undefined) return undefined;
    waiting.delete(token);
    if (waiting.size === 0) {
      clearInterval(sweeper);
      sweeper = undefined;
      for (const resolve of settledWaiters) resolve();
      settledWaiters = [];
    }
    return one;
  };
  const onKept = (token: string, message: Msg): void => {
    const one = waiting.get(token);
    if (one === undefined) return;
    const refusal = readRefusal(message);
    if (refusal === null) one.isKept = true;
    else take(token)?.reject(refusal);
  };
  const settle = (token: string, isProblem: boolean, answer: unknown): void => {
    const one = take(token);
    if (isProblem) one?.reject(Problem.fromBody(answer as ProblemBody));
    else one?.resolve({ status: 'stored', answer });
  };
  const onDone = (token: string, message: Msg): void => {
    if (token !== replyBatchToken)
      return settle(token, message.headers?.has(problemHeader) ?? false, message.json());
    for (const [of, isProblem, answer] of message.json<BatchedReply[]>()) settle(of, isProblem === 1, answer);
  };
  const sweep = (): void => {
    const now = Date.now();
    for (const [token, one] of waiting) {
      if (one.deadline > now) return;
      take(token);
      if (one.isKept) one.resolve({ status: 'accepted' });
      else one.reject(unavailable('the command stream did not answer'));
    }
  };
  bus.onConnected((connection, isReconnect) => {
    if (isReconnect) return;
    inbox = createInbox(bus.inboxPrefix);
    connection.subscribe(`${inbox}.kept.*`, {
      callback: (_error, message) => onKept(lastTokenOf(message.subject), message),
    });
    connection.subscribe(replyInbox(inbox, '*'), {
      callback: (_error, message) => onDone(lastTokenOf(message.subject), message),
    });
  });

  return {
    async submit(contract, conversationId, data) {
      const connection = bus.connection;
      if (waiting.size >= maxInFlight) throw unavailable(`${maxInFlight} commands are in flight`);
      const token = (nextToken++).toString(36);
      const bytes = Buffer.from(JSON.stringify(data));
      return new Promise((resolve, reject) => {
        waiting.set(token, {
          isKept: false,
          deadline: Date.now() + acceptedAfterMs,
          resolve: resolve as Waiting['resolve'],
          reject,
        });
        sweeper ??= setInterval(sweep, 100);
        connection.publish(commandSubject(contract, conversationId), bytes, {
          reply: `${inbox}.kept.${token}`,
          headers: encodeHeaders({ [replyHeader]: replyInbox(inbox, token) }),
        });
      });
    },
    get inFlight() {
      return waiting.size;
    },
    settled: () =>
      waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => settledWaiters.push(resolve)),
  };
}

const errorMark = Buffer.from('"error"');

/** @returns null for an acknowledgement; it is not parsed, the common case must cost nothing. */
function readRefusal(message: Msg): Problem | null {
  if (message.data.length === 0) return unavailable('no stream takes commands yet');
  const bytes = Buffer.from(message.data.buffer, message.data.byteOffset, message.data.byteLength);
  if (!bytes.includes(errorMark)) return null;
  return unavailable('the command stream is full or refused');
}

const unavailable = (detail: string): Problem =>
  runtimeProblems['service-unavailable']({ detail, retryAfterMs: 1_000 });
