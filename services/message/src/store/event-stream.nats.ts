import { JetStreamApiError, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import {
  type ConversationId,
  eventStream,
  eventSubject,
  generationKey,
  generationOf,
  messageStored,
} from '@storm/contracts';
import type { EventStream } from './event-stream.ts';

const noMessageFound = 10_037;

export function createEventStream(manager: JetStreamManager): EventStream {
  const find = async (query: { seq: number } | { last_by_subj: string }): Promise<StoredMsg | null> => {
    try {
      return await manager.streams.getMessage(eventStream.name, query);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === noMessageFound) return null;
      throw error;
    }
  };
  return {
    async look() {
      const { created, config, state } = await manager.streams.info(eventStream.name);
      return {
        incarnation: created,
        generation: generationOf(config.metadata),
        lastSequence: state.last_seq,
      };
    },
    async findEventId(sequence) {
      return (await find({ seq: sequence }))?.header.get('Nats-Msg-Id') ?? null;
    },
    async findLastStoredAt() {
      const last = await find({ last_by_subj: eventSubject(messageStored, '*' as ConversationId) });
      return last === null ? null : new Date(last.header.get('ce-time'));
    },
    async raiseGeneration(from) {
      const { config } = await manager.streams.info(eventStream.name);
      const metadata = { ...config.metadata, [generationKey]: String(from + 1) };
      await manager.streams.update(eventStream.name, { metadata });
    },
  };
}
