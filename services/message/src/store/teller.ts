import { eventStream } from '@storm/contracts';
import type { Bus, PublishAck, Publisher } from '@storm/runtime';
import type { OutgoingEvent } from '../domain/command.ts';

/** Tells events, in order, and remembers the last one that the stream has acknowledged. */
export interface Teller {
  /** @param told called once: with null when the stream has the event, else with what went wrong. */
  tell(event: OutgoingEvent, told: (error: Error | null) => void): void;
  /** As `tell`, for several that were never told before. */
  tellTogether(events: readonly OutgoingEvent[], told: (error: Error | null) => void): void;
  readonly lastTold: { sequence: number; eventId: string };
  readonly isOpen: boolean;
  /** From now on what is to be told waits. */
  close(): void;
  /** Tells what waits and what was under way when the bus was lost, in order and before anything new. */
  open(from: { sequence: number; eventId: string }): void;
}

/** Events that are told together. */
interface Untold {
  readonly events: readonly OutgoingEvent[];
  told(error: Error | null): void;
}

/**
 * Closed until it is opened, and again whenever the bus is lost: first the stream must be looked at. An event that was
 * under way then may or may not be stored. Told again by itself, later than its successors, it would stand behind them;
 * so all of them are told again, and those that are there are dropped as repeats by their id.
 */
export function createTeller(bus: Bus, publisher: Pick<Publisher, 'send' | 'sendTogether'>): Teller {
  const untold = new Set<Untold>();
  let isOpen = false;
  let openings = 0;
  let lastTold = { sequence: 0, eventId: '' };
  bus.onDisconnected(() => {
    isOpen = false;
  });
  const remember = ({ stream, sequence }: PublishAck, event: OutgoingEvent | undefined): void => {
    if (stream !== eventStream.name || sequence <= lastTold.sequence) return;
    lastTold = { sequence, eventId: event?.headers['Nats-Msg-Id'] ?? '' };
  };
  const isOver = (one: Untold, opening: number): boolean => !untold.has(one) || opening !== openings;
  const fail = (one: Untold, error: Error): void => {
    // Told again at the next opening.
    if (!isOpen) return;
    untold.delete(one);
    one.told(error);
  };
  const end = (one: Untold): void => {
    untold.delete(one);
    one.told(null);
  };
  const sendEach = (one: Untold): void => {
    const opening = openings;
    let left = one.events.length;
    for (const event of one.events) {
      publisher.send(event.subject, event.data, event.headers, (error, ack) => {
        if (isOver(one, opening)) return;
        if (error !== null) return fail(one, error);
        remember(ack, event);
        if (--left === 0) end(one);
      });
    }
  };
  const sendTogether = (one: Untold): void => {
    const opening = openings;
    publisher.sendTogether(one.events, (error, ack) => {
      if (isOver(one, opening)) return;
      if (error !== null) return fail(one, error);
      remember(ack, one.events.at(-1));
      end(one);
    });
  };
  const tell = (one: Untold, send: (one: Untold) => void): void => {
    untold.add(one);
    if (isOpen) send(one);
  };
  return {
    get lastTold() {
      return lastTold;
    },
    get isOpen() {
      return isOpen;
    },
    tell: (event, told) => tell({ events: [event], told }, sendEach),
    tellTogether: (events, told) => tell({ events, told }, events.length === 1 ? sendEach : sendTogether),
    close() {
      isOpen = false;
    },
    open({ sequence, eventId }) {
      lastTold = { sequence, eventId };
      isOpen = true;
      openings++;
      for (const one of untold) sendEach(one);
    },
  };
}
