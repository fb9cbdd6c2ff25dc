import type { TimelineState } from '@storm/client/model';
import type { ConversationId } from '@storm/contracts';
import { useMemo, useRef } from 'preact/hooks';
import { keptItems, type TimelineItem, timelineItems } from '../text/timeline-items.ts';
import type { Chat } from './chat.ts';

/** The rows of a conversation: what is stored, and below its end what is not yet. */
export function useTimelineItems(
  chat: Chat,
  id: ConversationId,
  { messages, hasNewer }: TimelineState,
  newFrom: number | null,
): readonly TimelineItem[] {
  const allPending = chat.model.unsent.pending.value;
  const pending = useMemo(() => {
    if (hasNewer) return [];
    const stored = new Set(messages.slice(-200).map(({ key }) => key));
    return allPending.filter((one) => one.conversationId === id && !stored.has(one.key));
  }, [allPending, messages, hasNewer, id]);
  const itemsBefore = useRef<ReadonlyMap<string, TimelineItem>>(new Map());
  return useMemo(() => {
    const all = timelineItems(messages, pending, { selfId: chat.user.id, newFrom });
    const kept = keptItems(itemsBefore.current, all);
    itemsBefore.current = new Map(kept.map((item) => [item.key, item]));
    return kept;
  }, [messages, pending, newFrom, chat]);
}
