import { eventStream } from '@storm/contracts';
import type { Bus, Logger, PublishAck, Publisher } from '@storm/runtime';
import type { OutgoingEvent } from '../domain/command.ts';

/** Events that belong together, one at least. */
export interface Telling {
  readonly events: readonly OutgoingEvent[];
  /** None of them can have been told before. */
  readonly isFresh?: boolean | undefined;
  /** Called once, when the stream has all of them. */
  told(): void;
}

/** What is told on a line is in the stream before anything that is told on it later, whatever the stream refuses meanwhile. */
export interface TellingLine {
  tell(tellings: readonly Telling[]): void;
}

/** An event that the stream has acknowledged, and its id: empty where it may have been any of several. */
export interface ToldEvent {
  readonly sequence: number;
  readonly eventId: string;
}

/** Tells events as often as it takes, and remembers the last one that the stream has acknowledged. */
export interface Teller {
  newLine(): TellingLine;
  readonly lastTold: ToldEvent;
  readonly isOpen: boolean;
  /** From now on what is to be told waits. */
  close(): void;
  /** Tells what waits and what was under way when the bus was lost. */
  open(from: ToldEvent): void;
}

/** What waits while the line is busy goes together, but not more: the server asks for a say every thousand. */
export const maxToldTogether = 500;
const longestWaitMs = 2_000;

interface Line extends TellingLine {
  begin(): void;
  hold(): void;
}

/**
 * Closed until it is opened, and again whenever the bus is lost: first the stream must be looked at.
 *
 * A line has one batch under way. Of a batch that is refused or not answered the stream has a beginning, or nothing: it
 * ends at what it did not take. So the very same batch is sent again until it is there, and the stream drops by its id what
 * it has. If the next one went beside it, it could be taken where this one was not, and stand before it.
 */
export function createTeller(
  bus: Bus,
  publisher: Pick<Publisher, 'sendTogether'>,
  log: Pick<Logger, 'warn'>,
): Teller {
  const lines: Line[] = [];
  let isOpen = false;
  let lastTold: ToldEvent = { sequence: 0, eventId: '' };
  const close = (): void => {
    isOpen = false;
    for (const line of lines) line.hold();
  };
  bus.onDisconnected(close);

  const remember = ({ stream, sequence }: PublishAck, event: OutgoingEvent | undefined): void => {
    if (stream !== eventStream.name || sequence <= lastTold.sequence) return;
    lastTold = { sequence, eventId: event?.headers['Nats-Msg-Id'] ?? '' };
  };

  const newLine = (): Line => {
    const waiting: Telling[] = [];
    let batch: readonly Telling[] = [];
    let attempt = 0;
    /** Only the answer to the last one counts. */
    let tries = 0;
    let retry: NodeJS.Timeout | undefined;

    const takeBatch = (): readonly Telling[] => {
      let count = 0;
      let taken = 0;
      for (const { events } of waiting) {
        if (taken > 0 && count + events.length > maxToldTogether) break;
        count += events.length;
        taken++;
      }
      return waiting.splice(0, taken);
    };
    const begin = (): void => {
      if (!isOpen) return;
      if (batch.length === 0) batch = takeBatch();
      if (batch.length === 0) return;
      const events = batch.flatMap((one) => one.events);
      const number = ++tries;
      publisher.sendTogether(events, (error, ack) => {
        if (number !== tries || !isOpen) return;
        if (error !== null) return beginAgain(error);
        // Of several that may be there already the stream does not say which one got the place.
        const isCertain = events.length === 1 || (attempt === 0 && batch.at(-1)?.isFresh === true);
        remember(ack, isCertain ? events.at(-1) : undefined);
        end();
      });
    };
    const beginAgain = (error: Error): void => {
      log.warn({ err: error, attempt }, 'events not told yet, trying again');
      retry = setTimeout(begin, Math.min(100 * 2 ** attempt, longestWaitMs));
      attempt++;
    };
    const end = (): void => {
      const told = batch;
      batch = [];
      attempt = 0;
      for (const one of told) one.told();
      begin();
    };
    return {
      tell(tellings) {
        waiting.push(...tellings);
        if (batch.length === 0) begin();
      },
      hold() {
        clearTimeout(retry);
        tries++;
        // What was under way may be there already.
        if (batch.length > 0) attempt = Math.max(attempt, 1);
      },
      begin,
    };
  };

  return {
    get lastTold() {
      return lastTold;
    },
    get isOpen() {
      return isOpen;
    },
    newLine() {
      const line = newLine();
      lines.push(line);
      return line;
    },
    close,
    open(from) {
      lastTold = from;
      isOpen = true;
      for (const line of lines) line.begin();
    },
  };
}
