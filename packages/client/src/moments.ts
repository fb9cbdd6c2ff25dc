import type { ConversationId, Presence, ServerFrame, UserId } from '@storm/contracts';
import { createListeners } from './listeners.ts';
import type { Wire } from './wire.ts';

export interface TypingOf {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
}

/** What holds for a moment and is never stored: who types, who is there. */
export interface Moments {
  typing(conversationId: ConversationId): void;
  onTyping(listener: (typing: TypingOf) => void): () => void;
  watch(userIds: readonly UserId[]): void;
  onPresence(listener: (presence: Presence) => void): () => void;
}

const everyMs: typeof import('@storm/contracts')['typingEveryMs'] = 2_000;

export function createMoments(wire: Wire, onFault: (error: unknown) => void): Moments {
  const typings = createListeners<TypingOf>(onFault);
  const presences = createListeners<Presence>(onFault);
  const toldAtMs = new Map<ConversationId, number>();
  let watched: readonly UserId[] = [];

  const tellWatched = (): void => {
    if (wire.isOpen) wire.send({ type: 'watch', userIds: [...watched] });
  };
  wire.onFrame((frame: ServerFrame) => {
    if (frame.type === 'ready' && watched.length > 0) tellWatched();
    if (frame.type === 'typing') {
      const { conversationId, userId } = frame;
      typings.tell({ conversationId, userId });
    }
    if (frame.type === 'presence') {
      const { userId, online, lastSeenAt } = frame;
      presences.tell({ userId, online, lastSeenAt });
    }
  });
  return {
    typing(conversationId) {
      const now = Date.now();
      if (!wire.isOpen || now < (toldAtMs.get(conversationId) ?? 0) + everyMs) return;
      toldAtMs.set(conversationId, now);
      wire.send({ type: 'typing', conversationId });
    },
    onTyping: (listener) => typings.add(listener),
    watch(userIds) {
      watched = [...new Set(userIds)].slice(0, 200);
      tellWatched();
    },
    onPresence: (listener) => presences.add(listener),
  };
}
