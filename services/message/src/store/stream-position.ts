import type { JetStreamManager } from '@nats-io/jetstream';
import { encodeCursor, epochOf, eventStream, type StreamPosition } from '@storm/contracts';

const freshForMs = 250;

export interface EventStreamPosition {
  /**
   * A cursor from which nothing that follows a read made after this call is missing. It may be a little old, which
   * only means that a few events are told again.
   */
  cursor(): Promise<string>;
}

/** Asks the event stream where its end is, at most every 250 ms however many ask. */
export function createEventStreamPosition(manager: () => Promise<JetStreamManager>): EventStreamPosition {
  let asking: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const { created, state } = await (await manager()).streams.info(eventStream.name);
    return encodeCursor(positionAt(created, state.last_seq, state.last_ts));
  };
  return {
    cursor() {
      if (asking === undefined) {
        const asked = ask();
        asking = asked;
        const forget = (): void => {
          if (asking === asked) asking = undefined;
        };
        asked.then(() => setTimeout(forget, freshForMs), forget);
      }
      return asking;
    },
  };
}

export const positionAt = (created: string, sequence: number, timestamp: string): StreamPosition => ({
  epoch: epochOf(created),
  sequence,
  timeMs: sequence === 0 ? 0 : new Date(timestamp).getTime(),
});
