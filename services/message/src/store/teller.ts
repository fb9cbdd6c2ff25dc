import { eventStream } from '@storm/contracts';
import type { Bus, PublishAck, Publisher } from '@storm/runtime';

/** Tells events, in order, and remembers the last one that the stream has acknowledged. */
export interface Teller extends Publisher {
  readonly lastTold: { sequence: number; eventId: string };
  readonly isOpen: boolean;
  /** From now on what is to be told waits. */
  close(): void;
  /** Tells what waits and what was under way when the bus was lost, in order and before anything new. */
  open(from: { sequence: number; eventId: string }): void;
}

interface Untold {
  subject: string;
  data: Uint8Array;
  headers: Readonly<Record<string, string>> | undefined;
  resolve(ack: PublishAck): void;
  reject(error: unknown): void;
}

/**
 * Closed until it is opened, and again whenever the bus is lost: first the stream must be looked at. An event that was
 * under way then may or may not be stored. Told again by itself, later than its successors, it would stand behind them;
 * so all of them are told again, and those that are there are dropped as repeats by their id.
 */
export function createTeller(bus: Bus, publisher: Publisher): Teller {
  const untold = new Set<Untold>();
  let isOpen = false;
  let openings = 0;
  let lastTold = { sequence: 0, eventId: '' };
  bus.onDisconnected(() => {
    isOpen = false;
  });
  const send = (event: Untold): void => {
    const opening = openings;
    publisher.publish(event.subject, event.data, event.headers).then(
      (ack) => {
        if (!untold.delete(event)) return;
        if (ack.stream === eventStream.name && ack.sequence > lastTold.sequence) {
          lastTold = { sequence: ack.sequence, eventId: event.headers?.['Nats-Msg-Id'] ?? '' };
        }
        event.resolve(ack);
      },
      (error: unknown) => {
        // Told again at the next opening, or already.
        if (!isOpen || opening !== openings) return;
        untold.delete(event);
        event.reject(error);
      },
    );
  };
  return {
    get inFlight() {
      return untold.size;
    },
    settled: () => publisher.settled(),
    get lastTold() {
      return lastTold;
    },
    get isOpen() {
      return isOpen;
    },
    publish: (subject, data, headers) =>
      new Promise((resolve, reject) => {
        const event = { subject, data, headers, resolve, reject };
        untold.add(event);
        if (isOpen) send(event);
      }),
    close() {
      isOpen = false;
    },
    open({ sequence, eventId }) {
      lastTold = { sequence, eventId };
      isOpen = true;
      openings++;
      for (const event of untold) send(event);
    },
  };
}
