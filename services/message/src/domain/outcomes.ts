import {
  type ConversationId,
  type EventContract,
  type EventData,
  eventHeaders,
  eventSubject,
  type UserId,
} from '@storm/contracts';
import type { Problem } from '@storm/runtime';
import type { CommandOutcome, OutgoingEvent } from './command.ts';

export const done = (value: unknown, events: OutgoingEvent[] = []): CommandOutcome => ({
  reply: JSON.stringify(value),
  isProblem: false,
  events,
});

export const refused = (problem: Problem): CommandOutcome => ({
  reply: JSON.stringify(problem.toBody()),
  isProblem: true,
  events: [],
});

/** `id` must be the same whenever the same thing is told again: the stream drops the repeat. */
export const happened = <C extends EventContract>(
  contract: C,
  of: ConversationId | UserId,
  id: string,
  data: EventData<C>,
  time = new Date().toISOString(),
): OutgoingEvent => ({
  subject: eventSubject(contract, of),
  data: Buffer.from(JSON.stringify(data)),
  headers: eventHeaders(contract, id, time),
});
