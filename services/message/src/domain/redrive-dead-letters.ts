import { type JetStreamManager, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import { commandStream, deadLetterStream, parseWorkSubject } from '@storm/contracts';
import { deadLetterHeaders, type Publisher } from '@storm/runtime';
import type { NatsConnection } from 'nats';

export interface DeadLetter {
  /** Its place in the dead-letter stream. */
  sequence: number;
  subject: string;
  stream: string;
  consumer: string;
  reason: string;
  parkedAt: Date;
  bytes: number;
}

export interface DeadLetterBox {
  /** In the order in which they were parked, `limit` at most. */
  list(limit: number): Promise<DeadLetter[]>;
  /** Sends one back to where it came from, and only then forgets it. @returns false when there is none. */
  redrive(sequence: number): Promise<boolean>;
}

const noMessageFound = 10_037;

export async function openDeadLetters(
  connection: NatsConnection,
  publisher: Publisher,
): Promise<DeadLetterBox> {
  const manager: JetStreamManager = await jetstreamManager(connection, { checkAPI: false });
  const find = async (
    query: { seq: number } | { seq: number; next_by_subj: string },
  ): Promise<StoredMsg | null> => {
    try {
      return await manager.streams.getMessage(deadLetterStream.name, query);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === noMessageFound) return null;
      throw error;
    }
  };
  return {
    async list(limit) {
      const found: DeadLetter[] = [];
      for (let from = 1; found.length < limit; ) {
        const message = await find({ seq: from, next_by_subj: 'dead.>' });
        if (message === null) break;
        found.push(describe(message));
        from = message.seq + 1;
      }
      return found;
    },
    async redrive(sequence) {
      const message = await find({ seq: sequence });
      if (message === null) return false;
      await publisher.publish(originalSubject(describe(message)), message.data);
      await manager.streams.deleteMessage(deadLetterStream.name, sequence);
      return true;
    },
  };
}

function describe(message: StoredMsg): DeadLetter {
  const header = (name: keyof typeof deadLetterHeaders): string =>
    message.header.get(deadLetterHeaders[name]);
  return {
    sequence: message.seq,
    subject: header('subject'),
    stream: header('stream'),
    consumer: header('consumer'),
    reason: header('reason'),
    parkedAt: message.time,
    bytes: message.data.length,
  };
}

/** A command was moved to its partition's subject on its way in: it goes back in by the front. */
function originalSubject({ stream, subject }: DeadLetter): string {
  const work = stream === commandStream.name ? parseWorkSubject(subject) : null;
  return work === null ? subject : `command.conversation.${work.conversationId}.${work.verb}`;
}
