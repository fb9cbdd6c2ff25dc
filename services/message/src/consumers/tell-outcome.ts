import type { Message } from '@storm/contracts';
import type { Logger } from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type { CommandOutcome } from '../domain/command.ts';
import type { Teller } from '../store/teller.ts';

export interface TellOptions {
  teller: Pick<Teller, 'tell'>;
  /** Takes what a deleted message said out of the event stream. */
  erase(message: Message): Promise<void>;
  log: Logger;
}

/**
 * Publishes what a command has led to, as often as it takes. `told` is called once, when the stream has all of it and has
 * forgotten what it must: only then may the command be acknowledged.
 */
export function tellOutcome(
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
