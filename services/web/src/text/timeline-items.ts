import type { Pending } from '@storm/client/model';
import type { Message } from '@storm/contracts';
import { dayOf } from '../i18n/times.ts';

/** One row of a timeline: a message, with what stands above it. */
export interface TimelineItem {
  readonly key: string;
  readonly message: Message | null;
  readonly pending: Pending | null;
  readonly senderId: string;
  readonly at: Date;
  /** A new day begins with it. */
  readonly isFirstOfDay: boolean;
  readonly isFirstNew: boolean;
  /** The first of several by one person in a few minutes: it carries the name. */
  readonly isFirstOfRun: boolean;
  readonly isLastOfRun: boolean;
}

/** Those that are as they were stay the same objects, so that their rows are not drawn again. */
export function keptItems(
  before: ReadonlyMap<string, TimelineItem>,
  items: readonly TimelineItem[],
): readonly TimelineItem[] {
  return items.map((item) => {
    const known = before.get(item.key);
    return known !== undefined && isSame(known, item) ? known : item;
  });
}

const isSame = (one: TimelineItem, other: TimelineItem): boolean =>
  one.message === other.message &&
  one.pending === other.pending &&
  one.isFirstOfDay === other.isFirstOfDay &&
  one.isFirstNew === other.isFirstNew &&
  one.isFirstOfRun === other.isFirstOfRun &&
  one.isLastOfRun === other.isLastOfRun;

const runMs = 5 * 60_000;

export function timelineItems(
  messages: readonly Message[],
  pending: readonly Pending[],
  { selfId, newFrom }: { selfId: string; newFrom: number | null },
): TimelineItem[] {
  const items: TimelineItem[] = [];
  const put = (item: Pick<TimelineItem, 'key' | 'message' | 'pending' | 'senderId' | 'at'>): void => {
    const before = items.at(-1);
    const isFirstOfDay = before === undefined || dayOf(before.at) !== dayOf(item.at);
    const isFirstNew = newFrom !== null && item.message?.seq === newFrom;
    const continues =
      !isFirstOfDay &&
      !isFirstNew &&
      before?.senderId === item.senderId &&
      item.at.getTime() - before.at.getTime() < runMs;
    if (before !== undefined) items[items.length - 1] = { ...before, isLastOfRun: !continues };
    items.push({ ...item, isFirstOfDay, isFirstNew, isFirstOfRun: !continues, isLastOfRun: true });
  };
  for (const message of messages) {
    const { senderId, seq } = message;
    // One's own keep the row that they had while they were being sent.
    const key = senderId === selfId ? message.key : `#${seq}`;
    put({ key, message, pending: null, senderId, at: new Date(message.storedAt) });
  }
  for (const one of pending)
    put({ key: one.key, message: null, pending: one, senderId: selfId, at: new Date(one.createdAtMs) });
  return items;
}
