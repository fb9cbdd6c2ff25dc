import {
  type BatchedReply,
  type CommandContract,
  type ConversationId,
  commandBatchSubject,
  commandSubject,
  partitionOf,
  replyBatchToken,
  replyHeader,
  replyInbox,
} from '@storm/contracts';
import {
  type Bus,
  createWaitingList,
  encodeHeaders,
  Problem,
  type ProblemBody,
  runtimeProblems,
  type Waiting,
} from '@storm/runtime';
import { createInbox, type Msg } from 'nats';
import type { Static } from 'typebox';
import { encodeBatch, intoParcels, type ParcelItem } from './command-parcels.ts';

/** `stored`: committed, with the message service's answer. `accepted`: the stream keeps it, the outcome comes as an event. */
export type CommandOutcome<C extends CommandContract = CommandContract> =
  | { status: 'stored'; answer: Static<C['answer']> }
  | { status: 'accepted' };

/** Called once with what became of a command, or with why it is not known to be stored. */
export type OnOutcome<C extends CommandContract> = (
  ...outcome: [error: null, outcome: CommandOutcome<C>] | [error: Problem, outcome: null]
) => void;

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
  /** As `submit`, without the cost of a promise. */
  send<C extends CommandContract>(
    contract: C,
    conversationId: ConversationId,
    data: Static<C['data']>,
    onOutcome: OnOutcome<C>,
  ): void;
  readonly inFlight: number;
  /** Resolves when nothing is in flight any more. */
  settled(): Promise<void>;
}

/** A command on its way. */
interface Submitted extends ParcelItem, Waiting {
  isKept: boolean;
  readonly onOutcome: OnOutcome<CommandContract>;
}

const sweepEveryMs = 100;
const problemHeader = 'Storm-Problem';
const lastTokenOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);

/** What one message to the stream holds. */
interface Parcel extends Waiting {
  readonly commands: readonly Submitted[];
}

/**
 * The send path's first half. Commands leave without waiting for one another; those of one tick for one partition leave
 * as one message, which saves the bus and the message service most of what a command costs. One wildcard inbox takes the
 * stream's acknowledgements (`kept.<token>`) and the message service's answers (`batch.<token>`, and those of a whole batch
 * in one message). Commands carry no message id: JetStream would drop a client's retry while the first copy still waits
 * for its redelivery; duplicates are Postgres's to refuse.
 */
export function createCommandSubmitter(
  bus: Bus,
  { acceptedAfterMs, maxInFlight = 10_000 }: { acceptedAfterMs: number; maxInFlight?: number },
): CommandSubmitter {
  const waiting = createWaitingList<Submitted>({
    sweepEveryMs,
    onLate(one) {
      if (one.isKept) one.onOutcome(null, { status: 'accepted' });
      else one.onOutcome(unavailable('the command stream did not answer'), null);
    },
  });
  /** Until the stream has answered; what it never answers is forgotten. */
  const parcels = createWaitingList<Parcel>({ sweepEveryMs, onLate: () => undefined });
  let leaving: Submitted[] = [];
  let inbox = '';

  const onKept = (token: string, message: Msg): void => {
    const { commands } = parcels.take(token) ?? { commands: [] };
    const refusal = readRefusal(message);
    for (const one of commands) {
      if (refusal === null) one.isKept = true;
      else waiting.take(one.token)?.onOutcome(refusal, null);
    }
  };
  const settle = (token: string, isProblem: boolean, answer: unknown): void => {
    const one = waiting.take(token);
    if (isProblem) one?.onOutcome(Problem.fromBody(answer as ProblemBody), null);
    else one?.onOutcome(null, { status: 'stored', answer });
  };
  const onDone = (token: string, message: Msg): void => {
    if (token !== replyBatchToken)
      return settle(token, message.headers?.has(problemHeader) ?? false, message.json());
    for (const [of, isProblem, answer] of message.json<BatchedReply[]>()) settle(of, isProblem === 1, answer);
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

  const publish = (commands: readonly Submitted[]): void => {
    const [first] = commands;
    if (first === undefined) return;
    const { contract, conversationId, deadline } = first;
    const isAlone = commands.length === 1;
    const parcel = parcels.add({ commands, deadline });
    try {
      bus.connection.publish(
        isAlone ? commandSubject(contract, conversationId) : commandBatchSubject(partitionOf(conversationId)),
        Buffer.from(isAlone ? first.json : encodeBatch(commands)),
        {
          reply: `${inbox}.kept.${parcel}`,
          headers: encodeHeaders({
            [replyHeader]: replyInbox(inbox, isAlone ? first.token : replyBatchToken),
          }),
        },
      );
    } catch (error) {
      parcels.take(parcel);
      const problem = error instanceof Problem ? error : unavailable('could not be sent');
      for (const one of commands) waiting.take(one.token)?.onOutcome(problem, null);
    }
  };
  const leave = (): void => {
    const commands = leaving;
    leaving = [];
    if (commands.length === 1) return publish(commands);
    for (const parcel of intoParcels(commands)) publish(parcel);
  };

  const send: CommandSubmitter['send'] = (contract, conversationId, data, onOutcome) => {
    if (!bus.isConnected) return onOutcome(unavailable('the message bus is not connected'), null);
    if (waiting.size >= maxInFlight)
      return onOutcome(unavailable(`${maxInFlight} commands are in flight`), null);
    const one: Submitted = {
      token: '',
      contract,
      conversationId,
      json: JSON.stringify(data),
      deadline: Date.now() + acceptedAfterMs,
      isKept: false,
      onOutcome: onOutcome as Submitted['onOutcome'],
    };
    one.token = waiting.add(one);
    if (leaving.push(one) === 1) setImmediate(leave);
  };

  return {
    send,
    submit: (contract, conversationId, data) =>
      new Promise((resolve, reject) => {
        send(contract, conversationId, data, (error, outcome) =>
          error === null ? resolve(outcome) : reject(error),
        );
      }),
    get inFlight() {
      return waiting.size;
    },
    settled: waiting.settled,
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
