import type { Message } from '@storm/contracts';
import { type Logger, tryUntilDone } from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type { CommandOutcome } from '../domain/command.ts';
import type { Telling, TellingLine } from '../store/teller.ts';

export interface TellOptions {
  /** Takes what a deleted message said out of the event stream. */
  erase(message: Message): Promise<void>;
  log: Logger;
}

/** What one command of a batch has led to. */
interface Told {
  readonly outcome: CommandOutcome;
  /** Called once, when the stream has all of it and has forgotten what it must: only then may the command be acknowledged. */
  told(): void;
}

/** Tells what the commands of a batch have led to, in order. Where events are the same ones they stand where the first of them stood. */
export function tellOutcomes(
  options: TellOptions,
  connection: NatsConnection,
  line: TellingLine,
  batch: readonly Told[],
): void {
  const end = ({ outcome: { erase: message }, told }: Told): void => {
    if (message === undefined) return told();
    // What takes its place is there: who reads the stream at this moment misses nothing.
    void eraseAtLast(options, connection, message).then((isErased) => isErased && told());
  };
  const sharing = new Map<CommandOutcome['events'], Told[]>();
  for (const one of batch) {
    const { events } = one.outcome;
    const others = sharing.get(events);
    if (events.length === 0) end(one);
    else if (others === undefined) sharing.set(events, [one]);
    else others.push(one);
  }
  const tellings: Telling[] = [];
  for (const [events, all] of sharing)
    tellings.push({ events, isFresh: all[0]?.outcome.isFresh, told: () => all.forEach(end) });
  line.tell(tellings);
}

/** @returns false when the connection is gone first: then the command comes again */
const eraseAtLast = (
  { erase, log }: TellOptions,
  connection: NatsConnection,
  message: Message,
): Promise<boolean> =>
  tryUntilDone(() => erase(message), {
    firstWaitMs: 100,
    maxWaitMs: 2_000,
    isOver: () => connection.isClosed(),
    onFailure: (err, attempt) => log.warn({ err, attempt }, 'not erased yet, trying again'),
  });
