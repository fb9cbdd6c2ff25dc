import { type ConversationId, type Typing, typingSubject, type UserId } from '@storm/contracts';
import type { Bus, Logger } from '@storm/runtime';
import type { Interest } from './interest.ts';
import { encodeJsonFrame } from './text-frame.ts';

export interface TypingSignals {
  /** Tells whoever is in the conversation, on any gateway; nothing is kept. */
  tell(conversationId: ConversationId, userId: UserId): void;
}

/**
 * Who types, over plain NATS. One subscription hears all of it: a signal of two seconds is less than a second
 * subscription for each room would be.
 */
export function createTypingSignals(bus: Bus, interest: Interest, log: Logger): TypingSignals {
  bus.onConnected((connection, isReconnect) => {
    if (isReconnect) return;
    connection.subscribe(typingSubject('*'), {
      callback: (error, message) => {
        if (error) return log.error({ err: error }, 'typing');
        const conversationId = message.subject.slice(typingSubject('' as ConversationId).length);
        const room = `conversation.${conversationId}`;
        if (!interest.hasRoom(room)) return;
        const { userId } = message.json<Typing>();
        interest.whisper(room, userId, encodeJsonFrame({ type: 'typing', conversationId, userId }));
      },
    });
  });
  return {
    tell(conversationId, userId) {
      if (!bus.isConnected) return;
      const signal: Typing = { userId };
      bus.connection.publish(typingSubject(conversationId), JSON.stringify(signal));
    },
  };
}
