import type { ConversationId, ConversationSummary } from '@storm/contracts';
import { TriangleAlert } from 'lucide-preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { t } from '../i18n/t.ts';
import { StateView } from '../parts/state-view.tsx';
import type { Chat } from '../state/chat.ts';
import { explain, tellFault } from '../state/faults.ts';
import { route } from '../state/route.ts';
import { useTimelineItems } from '../state/use-timeline-items.ts';
import type { TimelineItem } from '../text/timeline-items.ts';
import { MessageRow } from './message-row.tsx';
import { moveThroughMessages } from './move-through-messages.ts';
import { EndPills, UnreadPill } from './timeline-pills.tsx';
import { Beginning, TimelineSkeleton } from './timeline-states.tsx';

const nearEndPx = 80;
const loadAheadPx = 1_200;
const highlightMs = 2_200;

type Target = { readonly seq: number; readonly align: 'center' | 'start' } | 'end';

export function TimelineView({
  chat,
  id,
  summary,
}: {
  chat: Chat;
  id: ConversationId;
  summary: ConversationSummary;
}) {
  const timeline = chat.model.timeline(id);
  const { messages, phase, problem, hasOlder, hasNewer, epoch } = timeline.state.value;
  const [newFrom, setNewFrom] = useState(summary.unread > 0 ? summary.readSeq + 1 : null);
  const [highlighted, setHighlighted] = useState<number | null>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [isNewAbove, setNewAbove] = useState(false);
  const [backTo, setBackTo] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  /** Keeps the end in view while it grows; a reader who scrolls up lets go of it. */
  const isStuck = useRef(true);
  const lastTop = useRef(0);
  const target = useRef<Target | null>('end');
  /** What was drawn last, to tell at which end a list has grown. */
  const first = useRef<{ epoch: number; key: string | undefined; lastKey: string | undefined }>({
    epoch: -1,
    key: undefined,
    lastKey: undefined,
  });
  const [, drawRest] = useState(0);

  const items = useTimelineItems(chat, id, timeline.state.value, newFrom);
  const shift =
    first.current.epoch === epoch && first.current.key !== undefined && items[0]?.key !== first.current.key;
  // The list can be told of one end at a time: what came at the other one is drawn right after.
  const lastDrawn = shift ? items.findLastIndex(({ key }) => key === first.current.lastKey) : -1;
  const drawn = lastDrawn === -1 ? items : items.slice(0, lastDrawn + 1);

  const indexOf = useCallback((seq: number): number => seq - (messages[0]?.seq ?? 1), [messages]);
  const place = route.value;
  const { at } = place;
  const jumpTo = useCallback(
    async (seq: number, align: 'center' | 'start' = 'center', isReturn = false): Promise<void> => {
      const handle = list.current;
      if (!isReturn && handle !== null) {
        const top = items[handle.findItemIndex(handle.scrollOffset + 40)]?.message?.seq;
        setBackTo(top ?? null);
      }
      isStuck.current = false;
      target.current = { seq, align };
      await timeline.open(seq);
      setHighlighted(seq);
      setTimeout(() => setHighlighted((now) => (now === seq ? null : now)), highlightMs);
    },
    [timeline, items],
  );
  const jumpToEnd = (): void => {
    isStuck.current = true;
    target.current = 'end';
    setBackTo(null);
    timeline.open().then(scrollToTarget, tellFault);
  };

  useEffect(() => {
    const isArriving = timeline.state.peek().phase !== 'ready';
    if (at !== null) jumpTo(at, 'center', isArriving).then(scrollToTarget, tellFault);
    else timeline.open().catch(tellFault);
  }, [timeline, place]);

  function scrollToTarget(): void {
    const handle = list.current;
    const to = target.current;
    const state = timeline.state.peek();
    // A window that is not drawn yet is scrolled when it is.
    const isDrawn = state.epoch === first.current.epoch;
    if (handle === null || to === null || state.phase !== 'ready' || !isDrawn) return;
    if (to === 'end') {
      target.current = null;
      pinToEnd();
      return;
    }
    const index = to.seq - (state.messages[0]?.seq ?? 1);
    if (index < 0 || index >= state.messages.length) return;
    handle.scrollToIndex(index, { align: to.align });
    target.current = null;
  }

  useLayoutEffect(() => {
    const isOther = first.current.epoch !== epoch;
    first.current = { epoch, key: drawn[0]?.key, lastKey: drawn.at(-1)?.key };
    if (drawn.length < items.length) drawRest((count) => count + 1);
    if (isOther && target.current === null && isStuck.current) target.current = 'end';
    if (target.current !== null) scrollToTarget();
    else if (isStuck.current && !hasNewer) pinToEnd();
  }, [items, drawn.length, epoch, hasNewer]);

  function pinToEnd(): void {
    const place = scroller.current;
    if (place === null) return;
    place.scrollTop = place.scrollHeight;
    // Its event comes a frame later: a reader who scrolls up before that must be seen to do so.
    lastTop.current = place.scrollTop;
  }
  useEffect(() => {
    const place = scroller.current;
    const content = place?.firstElementChild;
    if (place === null || !content) return;
    const observer = new ResizeObserver(() => {
      if (isStuck.current && !timeline.state.peek().hasNewer) pinToEnd();
    });
    observer.observe(place);
    observer.observe(content);
    return () => observer.disconnect();
  }, [phase === 'ready', timeline]);

  const lastSeq = messages.at(-1)?.seq ?? 0;
  const readIfSeen = useCallback((): void => {
    if (isStuck.current && !hasNewer && document.hasFocus() && lastSeq > 0) chat.model.markRead(id, lastSeq);
  }, [chat, id, lastSeq, hasNewer]);
  useEffect(() => {
    readIfSeen();
    addEventListener('focus', readIfSeen);
    return () => removeEventListener('focus', readIfSeen);
  }, [readIfSeen, phase, isAtEnd]);
  // What comes while nobody looks is new when they look again.
  useEffect(() => {
    if (!document.hasFocus() && summary.unread > 0 && (newFrom === null || newFrom <= summary.readSeq))
      setNewFrom(summary.readSeq + 1);
  }, [summary.unread, summary.readSeq]);

  const onScroll = (offset: number): void => {
    const handle = list.current;
    if (handle === null || target.current !== null) return;
    const left = handle.scrollSize - handle.viewportSize - offset;
    const atEnd = left < nearEndPx && !hasNewer;
    const scrollTop = scroller.current?.scrollTop ?? 0;
    if (atEnd) isStuck.current = true;
    else if (scrollTop < lastTop.current - 1) isStuck.current = false;
    lastTop.current = scrollTop;
    setAtEnd(atEnd);
    if (atEnd) setBackTo(null);
    if (offset < loadAheadPx && hasOlder) timeline.loadOlder().catch(tellFault);
    if (left < loadAheadPx && hasNewer) timeline.loadNewer().catch(tellFault);
    if (newFrom !== null) setNewAbove(indexOf(newFrom) < handle.findItemIndex(offset));
    if (atEnd) readIfSeen();
  };
  useEffect(() => {
    if (newFrom !== null && phase === 'ready') {
      const frame = requestAnimationFrame(() => onScroll(list.current?.scrollOffset ?? 0));
      return () => cancelAnimationFrame(frame);
    }
  }, [newFrom, phase]);

  const newCount = newFrom === null ? 0 : Math.max(0, summary.lastSeq - newFrom + 1);
  return (
    <div class="timeline">
      <div
        class="timeline-scroller"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        role="group"
        aria-label={t.value.messages}
        aria-busy={phase === 'loading'}
        onKeyDown={moveThroughMessages}
      >
        {phase === 'failed' && messages.length === 0 ? (
          <StateView
            icon={TriangleAlert}
            title={t.value.timelineFailed}
            hint={problem === null ? '' : explain(problem)}
          >
            <button type="button" class="primary" onClick={() => void timeline.open(at ?? undefined)}>
              {t.value.tryAgain}
            </button>
          </StateView>
        ) : phase === 'ready' ? (
          <div class="timeline-content">
            {hasOlder ? null : <Beginning isEmpty={items.length === 0} />}
            <Virtualizer
              key={epoch}
              ref={list}
              data={drawn}
              scrollRef={scroller}
              shift={shift}
              bufferSize={600}
              onScroll={onScroll}
            >
              {(item: TimelineItem) => (
                <MessageRow
                  key={item.key}
                  chat={chat}
                  item={item}
                  isGroup={summary.kind === 'group'}
                  isHighlighted={highlighted !== null && item.message?.seq === highlighted}
                />
              )}
            </Virtualizer>
          </div>
        ) : (
          <TimelineSkeleton />
        )}
      </div>
      {isNewAbove && newFrom !== null && (
        <UnreadPill
          count={newCount}
          onJump={() => {
            jumpTo(newFrom, 'start').then(scrollToTarget, tellFault);
            setNewAbove(false);
          }}
        />
      )}
      {phase === 'ready' && !isAtEnd && (
        <EndPills
          unread={summary.unread}
          onJumpToEnd={jumpToEnd}
          onJumpBack={
            backTo === null
              ? null
              : () => {
                  setBackTo(null);
                  jumpTo(backTo, 'start', true).then(scrollToTarget, tellFault);
                }
          }
        />
      )}
    </div>
  );
}
