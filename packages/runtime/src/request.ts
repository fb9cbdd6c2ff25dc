import { errors, type Msg, type NatsConnection } from 'nats';
import type { Static, TSchema } from 'typebox';
import type { Bus } from './bus.ts';
import type { Logger } from './logger.ts';
import { Problem, type ProblemBody, runtimeProblems } from './problem.ts';
import { encodeHeaders } from './raw-headers.ts';
import { createValidator } from './validate.ts';

/** A question that one service answers for others over NATS request/reply. */
export interface QueryContract<Q extends TSchema = TSchema, A extends TSchema = TSchema> {
  readonly subject: string;
  readonly request: Q;
  readonly answer: A;
}

const problemHeader = 'Storm-Problem';
const problemHeaders = encodeHeaders({ [problemHeader]: '1' });
const pingHeader = 'Storm-Ping';
const pingHeaders = encodeHeaders({ [pingHeader]: '1' });

/**
 * Asks and gives the answer's bytes (JSON of `answer`), so that a door can pass them on without parsing.
 * @throws Problem what the other service answered, or `service-unavailable` when nobody answers in time.
 */
export async function requestBytes<Q extends TSchema>(
  bus: Bus,
  contract: QueryContract<Q>,
  question: Static<Q>,
  timeoutMs = 5_000,
): Promise<Uint8Array> {
  let reply: Msg;
  try {
    reply = await bus.connection.request(contract.subject, Buffer.from(JSON.stringify(question)), {
      timeout: timeoutMs,
    });
  } catch (error) {
    throw toUnavailable(error, contract.subject);
  }
  if (reply.headers?.has(problemHeader)) throw Problem.fromBody(reply.json<ProblemBody>());
  return reply.data;
}

function toUnavailable(error: unknown, subject: string): Problem {
  if (error instanceof Problem) return error;
  const isUnserved =
    error instanceof errors.NoRespondersError ||
    (error instanceof errors.RequestError && error.isNoResponders());
  return runtimeProblems['service-unavailable']({
    detail: `${isUnserved ? 'nobody serves' : 'no answer from'} ${subject}`,
    retryAfterMs: 1_000,
    cause: error,
  });
}

/** As `requestBytes`, parsed. The answer is trusted to have the contract's shape: both sides are built from it. */
export async function request<Q extends TSchema, A extends TSchema>(
  bus: Bus,
  contract: QueryContract<Q, A>,
  question: Static<Q>,
  timeoutMs?: number,
): Promise<Static<A>> {
  const bytes = await requestBytes(bus, contract, question, timeoutMs);
  return JSON.parse(Buffer.from(bytes).toString()) as Static<A>;
}

/**
 * Asks whether anyone serves this contract; nothing behind its door is touched.
 * @throws Problem `service-unavailable` when nobody answers in time.
 */
export async function pingQuery(bus: Bus, contract: QueryContract, timeoutMs = 1_000): Promise<void> {
  try {
    const options = { timeout: timeoutMs, headers: pingHeaders };
    await bus.connection.request(contract.subject, undefined, options);
  } catch (error) {
    throw toUnavailable(error, contract.subject);
  }
}

/** The serving side of one contract. */
export interface QueryDoor<Q extends TSchema = TSchema, A extends TSchema = TSchema> {
  readonly contract: QueryContract<Q, A>;
  handle(question: Static<Q>): Promise<Static<A>>;
}

/** Keeps the types of one door together. */
export const defineDoor = <Q extends TSchema, A extends TSchema>(
  contract: QueryContract<Q, A>,
  handle: (question: Static<Q>) => Promise<Static<A>>,
): QueryDoor<Q, A> => ({ contract, handle });

export interface ServingQuery {
  /** Takes no more questions and resolves when those taken are answered. */
  stop(): Promise<void>;
}

/**
 * Answers a contract as one of the replicas of `queue`. At most `maxConcurrent` questions are worked on; more are
 * refused at once, which is kinder than a queue that answers after the asker has gone.
 */
export function serveQuery<Q extends TSchema, A extends TSchema>(
  connection: NatsConnection,
  queue: string,
  door: QueryDoor<Q, A>,
  log: Logger,
  maxConcurrent = 256,
): ServingQuery {
  const validate = createValidator(door.contract.request);
  let active = 0;
  let answered = (): void => undefined;
  const answer = async (message: Msg): Promise<void> => {
    if (active >= maxConcurrent)
      throw runtimeProblems['service-unavailable']({ detail: 'too many questions at once' });
    active++;
    try {
      const value = await door.handle(validate(parse(message)));
      message.respond(Buffer.from(JSON.stringify(value)));
    } finally {
      active--;
      if (active === 0) answered();
    }
  };
  const subscription = connection.subscribe(door.contract.subject, {
    queue,
    callback: (error, message) => {
      if (error) return log.error({ err: error, subject: door.contract.subject }, 'subscription failed');
      if (message.headers?.has(pingHeader)) return void message.respond();
      answer(message).catch((thrown: unknown) => {
        const problem = toProblem(thrown);
        if (problem.status >= 500) log.error({ err: thrown, subject: door.contract.subject }, 'query failed');
        message.respond(Buffer.from(JSON.stringify(problem.toBody())), { headers: problemHeaders });
      });
    },
  });
  return {
    async stop() {
      await subscription.drain();
      if (active > 0) await new Promise<void>((resolve) => (answered = resolve));
    },
  };
}

function parse(message: Msg): unknown {
  try {
    return message.json();
  } catch (cause) {
    throw runtimeProblems['invalid-request']({ detail: 'not JSON', cause });
  }
}

/** What a door shows of an error: a Problem as it is, anything else without detail. */
export function toProblem(error: unknown): Problem {
  return error instanceof Problem ? error : runtimeProblems['internal-error']({ cause: error });
}
