import { jetstreamManager } from '@nats-io/jetstream';
import { epochOf, eventStream, type StreamPosition } from '@storm/contracts';
import type { Bus } from '@storm/runtime';

export interface StreamEnd extends StreamPosition {
  firstSequence: number;
}

export interface EventStreamEnd {
  /** Where the event stream begins and ends now; those who ask at the same moment share one question. */
  ask(): Promise<StreamEnd>;
  /** The epoch that was seen last; `0` before the first answer. */
  readonly epoch: string;
}

export function createEventStreamEnd(bus: Bus): EventStreamEnd {
  let asking: Promise<StreamEnd> | undefined;
  let epoch = '0';
  const ask = async (): Promise<StreamEnd> => {
    const manager = await jetstreamManager(bus.connection, { checkAPI: false });
    const info = await manager.streams.info(eventStream.name);
    const { state } = info;
    epoch = epochOf(info);
    return {
      epoch,
      sequence: state.last_seq,
      timeMs: state.last_seq === 0 ? 0 : new Date(state.last_ts).getTime(),
      firstSequence: state.first_seq,
    };
  };
  return {
    ask() {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    get epoch() {
      return epoch;
    },
  };
}
