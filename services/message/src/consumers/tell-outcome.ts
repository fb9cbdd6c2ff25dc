import type { Message } from '@storm/contracts';
import type { Logger } from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type { CommandOutcome } from '../domain/command.ts';
import type { Teller } from '../store/teller.ts';

export interface TellOptions {
  teller: Pick<Teller, 'tell' | 'tellTogether'>;
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

/** Commands whose events are the same ones stand as one, where the first of them stood. */
function mergeShared(batch: readonly Told[]): Told[] {
  const sharing = new Map<CommandOutcome['events'], Told[]>();
  for (const one of batch) {
    const others = sharing.get(one.outcome.events);
    if (others === undefined) sharing.set(one.outcome.events, [one]);
    else others.push(one);
  }
  return [...sharing.values()].map((all) => {
    const [{ outcome }] = all as [Told];
    const told = (): void => {
      for (const one of all) one.told();
    };
    return { outcome, told };
  });
}

/** Tells what the commands of a batch have led to, in order; what was never told before goes together. */
export function tellOutcomes(options: TellOptions, connection: NatsConnection, batch: readonly Told[]): void {
  let fresh: Told[] = [];
  const tellFresh = (): void => {
    const together = fresh;
    fresh = [];
    const events = together.flatMap(({ outcome }) => outcome.events);
    if (events.length === 0) return;
    options.teller.tellTogether(events, (error) => {
      // One by one the stream drops those that it has.
      for (const { outcome, told } of together)
        if (error === null) told();
        else tellOutcome(options, connection, outcome, told);
    });
  };
  for (const one of mergeShared(batch)) {
    if (one.outcome.isFresh) fresh.push(one);
    else {
      tellFresh();
      tellOutcome(options, connection, one.outcome, one.told);
    }
  }
  tellFresh();
}

/**
 * Tells what one command has led to, event by event, as often as it takes.
 */
function tellOutcome(
  options: TellOptions,
  connection: NatsConnection,
  outcome: CommandOutcome,
  told: () => void,
  attempt = 0,
): void {
  const { events, erase } = outcome;
  let left = events.length;
  let failure: unknown = null;
  const again = (error: unknown): void => {
    if (connection.isClosed()) return;
    options.log.warn({ err: error, attempt }, 'events not told yet, trying again');
    const waitMs = Math.min(100 * 2 ** attempt, 2_000);
    setTimeout(() => tellOutcome(options, connection, outcome, told, attempt + 1), waitMs);
  };
  const end = (): void => {
    if (failure !== null) again(failure);
    // What takes its place is there: who reads the stream at this moment misses nothing.
    else if (erase !== undefined) options.erase(erase).then(told, again);
    else told();
  };
  if (left === 0) return end();
  for (const event of events) {
    options.teller.tell(event, (error) => {
      failure ??= error;
      if (--left === 0) end();
    });
  }
}
