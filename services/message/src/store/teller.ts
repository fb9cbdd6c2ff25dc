import { eventStream } from '@storm/contracts';
import type { Bus, Publisher } from '@storm/runtime';
import type { OutgoingEvent } from '../domain/command.ts';

/** Tells events, in order, and remembers the last one that the stream has acknowledged. */
export interface Teller {
  /** @param told called once: with null when the stream has the event, else with what went wrong. */
  tell(event: OutgoingEvent, told: (error: Error | null) => void): void;
  readonly lastTold: { sequence: number; eventId: string };
  readonly isOpen: boolean;
  /** From now on what is to be told waits. */
  close(): void;
  /** Tells what waits and what was under way when the bus was lost, in order and before anything new. */
  open(from: { sequence: number; eventId: string }): void;
}

interface Untold {
  readonly event: OutgoingEvent;
  told(error: Error | null): void;
}

/**
 * Closed until it is opened, and again whenever the bus is lost: first the stream must be looked at. An event that was
 * under way then may or may not be stored. Told again by itself, later than its successors, it would stand behind them;
 * so all of them are told again, and those that are there are dropped as repeats by their id.
 */
export function createTeller(bus: Bus, publisher: Pick<Publisher, 'send'>): Teller {
  const untold = new Set<Untold>();
  let isOpen = false;
  let openings = 0;
  let lastTold = { sequence: 0, eventId: '' };
  bus.onDisconnected(() => {
    isOpen = false;
  });
  const send = (one: Untold): void => {
    const opening = openings;
    const { subject, data, headers } = one.event;
    publisher.send(subject, data, headers, (error, ack) => {
      if (ack !== null) {
        if (!untold.delete(one)) return;
        if (ack.stream === eventStream.name && ack.sequence > lastTold.sequence) {
          lastTold = { sequence: ack.sequence, eventId: headers['Nats-Msg-Id'] ?? '' };
        }
        return one.told(null);
      }
      // Told again at the next opening, or already.
      if (!isOpen || opening !== openings) return;
      untold.delete(one);
      one.told(error);
    });
  };
  return {
    get lastTold() {
      return lastTold;
    },
    get isOpen() {
      return isOpen;
    },
    tell(event, told) {
      const one = { event, told };
      untold.add(one);
      if (isOpen) send(one);
    },
    close() {
      isOpen = false;
    },
    open({ sequence, eventId }) {
      lastTold = { sequence, eventId };
      isOpen = true;
      openings++;
      for (const one of untold) send(one);
    },
  };
}
