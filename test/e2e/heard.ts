import type { EventDataOf, EventType, StormClient } from '@storm/client';
import type { ConversationId } from '@storm/contracts';

/** The first event of a type that fits, from now on. @throws when none comes in time */
export function heard<T extends EventType>(
  storm: StormClient,
  type: T,
  fits: (data: EventDataOf<T>) => boolean = () => true,
  timeoutMs = 15_000,
): Promise<EventDataOf<T>> {
  const hearing = new Promise<EventDataOf<T>>((resolve, reject) => {
    const fault = new Error(`no fitting ${type} in ${timeoutMs} ms`);
    const late = setTimeout(() => reject(fault), timeoutMs);
    const off = storm.on(type, (data) => {
      if (!fits(data)) return;
      clearTimeout(late);
      off();
      resolve(data);
    });
  });
  // Listened to before the cause, awaited after it: a fault in between must not end the process.
  hearing.catch(() => undefined);
  return hearing;
}

/** Everything that is said in a conversation as one client hears it. */
export interface Transcript {
  readonly seqs: number[];
  readonly texts: string[];
  /** Resolves when so many messages were heard. */
  until(count: number, timeoutMs?: number): Promise<void>;
}

export function transcribe(storm: StormClient, conversationId: ConversationId): Transcript {
  const seqs: number[] = [];
  const texts: string[] = [];
  storm.on('message-stored.v1', (message) => {
    if (message.conversationId !== conversationId) return;
    seqs.push(message.seq);
    texts.push(message.text);
  });
  return {
    seqs,
    texts,
    async until(count, timeoutMs = 20_000) {
      const isEnough = (): boolean => seqs.length >= count;
      if (isEnough()) return;
      await heard(storm, 'message-stored.v1', isEnough, timeoutMs).catch(() => {
        throw new Error(`heard ${seqs.length} of ${count} messages in ${timeoutMs} ms`);
      });
    },
  };
}

/** 1 … count. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
