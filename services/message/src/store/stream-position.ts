import type { JetStreamManager } from '@nats-io/jetstream';
import { encodeCursor, epochOf, eventStream } from '@storm/contracts';

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
    const info = await (await manager()).streams.info(eventStream.name);
    const { last_seq: sequence, last_ts: lastAt } = info.state;
    const timeMs = sequence === 0 ? 0 : new Date(lastAt).getTime();
    return encodeCursor({ epoch: epochOf(info), sequence, timeMs });
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
