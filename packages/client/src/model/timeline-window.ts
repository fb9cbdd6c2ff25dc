import type { Message } from '@storm/contracts';

/** A dense run of a conversation's messages, somewhere in it. */
export interface TimelineWindow {
  /** Ascending by seq, without a hole. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  /** False: the run reaches the newest message, and what is stored next continues it. */
  readonly hasNewer: boolean;
}

export const emptyWindow: TimelineWindow = { messages: [], hasOlder: false, hasNewer: false };

const firstSeq = ({ messages }: TimelineWindow): number => messages[0]?.seq ?? 1;
const lastSeqOf = ({ messages }: TimelineWindow): number => messages.at(-1)?.seq ?? 0;

/** The window that a page of history is by itself. */
export function windowOf(messages: readonly Message[], lastSeq: number): TimelineWindow {
  const first = messages[0]?.seq ?? 1;
  return { messages, hasOlder: first > 1, hasNewer: (messages.at(-1)?.seq ?? 0) < lastSeq };
}

/** Whether a newer page is the same end of the conversation, gone on: who looks at it keeps their place. */
export function continues(held: TimelineWindow, fresh: TimelineWindow): boolean {
  const [first, last] = [firstSeq(fresh), lastSeqOf(fresh)];
  const isNewest = !held.hasNewer && !fresh.hasNewer && held.messages.length > 0;
  return isNewest && first <= lastSeqOf(held) + 1 && last >= lastSeqOf(held);
}

/** A fetched window, in which each message that is held already and has not changed stays the same object. */
export function withHeld(held: TimelineWindow, fresh: TimelineWindow): TimelineWindow {
  const first = firstSeq(held);
  const messages = fresh.messages.map((message) => {
    const known = held.messages[message.seq - first];
    const isKnown = known !== undefined && known.id === message.id && known.hidden === message.hidden;
    return isKnown && known.revision === message.revision ? known : message;
  });
  return { ...fresh, messages };
}

export function withOlderPage(window: TimelineWindow, page: readonly Message[]): TimelineWindow {
  const first = firstSeq(window);
  const older = page.filter(({ seq }) => seq < first);
  const isAdjacent = older.at(-1)?.seq === first - 1;
  if (!isAdjacent) return { ...window, hasOlder: false };
  return { ...window, messages: [...older, ...window.messages], hasOlder: (older[0]?.seq ?? 1) > 1 };
}

export function withNewerPage(
  window: TimelineWindow,
  page: readonly Message[],
  lastSeq: number,
): TimelineWindow {
  const last = lastSeqOf(window);
  const newer = page.filter(({ seq }) => seq > last);
  if (newer[0] !== undefined && newer[0].seq !== last + 1) return window;
  const messages = newer.length === 0 ? window.messages : [...window.messages, ...newer];
  return { ...window, messages, hasNewer: last + newer.length < lastSeq };
}

/** A message that was just stored: the next one of a run that reaches the end, or a sign that it does not any more. */
export function withStored(window: TimelineWindow, message: Message): TimelineWindow {
  const last = lastSeqOf(window);
  if (message.seq <= last || window.hasNewer) return window;
  if (message.seq === last + 1) return { ...window, messages: [...window.messages, message] };
  return window.messages.length === 0 ? windowOf([message], message.seq) : { ...window, hasNewer: true };
}

/** What became of one message. */
export function withChanged(
  window: TimelineWindow,
  seq: number,
  change: (message: Message) => Message,
): TimelineWindow {
  const index = seq - firstSeq(window);
  const found = window.messages[index];
  if (found?.seq !== seq) return window;
  const next = change(found);
  return next === found ? window : { ...window, messages: window.messages.with(index, next) };
}

/** Lets go of the far end, so that hours of scrolling hold no more than so many messages. */
export function trimmed(window: TimelineWindow, keep: 'older' | 'newer', max: number): TimelineWindow {
  const { messages } = window;
  if (messages.length <= max) return window;
  return keep === 'older'
    ? { ...window, messages: messages.slice(0, max), hasNewer: true }
    : { ...window, messages: messages.slice(-max), hasOlder: true };
}
