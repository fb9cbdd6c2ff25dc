import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { ConversationId, Presence, UserId } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';

/** Who is there and who types: what holds for a moment. */
export interface PresenceModel {
  /** Undefined while nobody knows. */
  presence(userId: UserId): ReadonlySignal<Presence | undefined>;
  typing(id: ConversationId): ReadonlySignal<readonly UserId[]>;
}

const typingForMs = 5_000;

export function createPresence(
  storm: StormClient,
): PresenceModel & { said(id: ConversationId, userId: UserId): void; stop(): void } {
  const presences = new Map<UserId, Signal<Presence | undefined>>();
  const typings = new Map<ConversationId, Signal<readonly UserId[]>>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const presence = (userId: UserId): Signal<Presence | undefined> => {
    const found = presences.get(userId) ?? signal<Presence | undefined>(undefined);
    presences.set(userId, found);
    return found;
  };
  const typing = (id: ConversationId): Signal<readonly UserId[]> => {
    const found = typings.get(id) ?? signal<readonly UserId[]>([]);
    typings.set(id, found);
    return found;
  };
  const said = (id: ConversationId, userId: UserId): void => {
    const key = `${id} ${userId}`;
    clearTimeout(timers.get(key));
    timers.delete(key);
    const who = typings.get(id);
    if (who?.peek().includes(userId)) who.value = who.peek().filter((one) => one !== userId);
  };
  const offs = [
    storm.onPresence((next) => {
      presence(next.userId).value = next;
    }),
    storm.onTyping(({ conversationId: id, userId }) => {
      const who = typing(id);
      if (!who.peek().includes(userId)) who.value = [...who.peek(), userId];
      const key = `${id} ${userId}`;
      clearTimeout(timers.get(key));
      timers.set(
        key,
        setTimeout(() => said(id, userId), typingForMs),
      );
    }),
  ];
  return {
    presence,
    typing,
    said,
    stop() {
      for (const off of offs) off();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
