import { ArrowDown, ArrowUp, CornerUpLeft } from 'lucide-preact';
import { t } from '../i18n/t.ts';

export function UnreadPill({ count, onJump }: { count: number; onJump: () => void }) {
  return (
    <button type="button" class="pill pill-top" onClick={onJump}>
      <ArrowUp size={16} aria-hidden="true" />
      {t.value.jumpToUnread(count)}
    </button>
  );
}

interface EndPillsProps {
  readonly unread: number;
  readonly onJumpToEnd: () => void;
  /** To where one was before a jump; null when there was none. */
  readonly onJumpBack: (() => void) | null;
}

export function EndPills({ unread, onJumpToEnd, onJumpBack }: EndPillsProps) {
  return (
    <div class="pills-bottom">
      {onJumpBack !== null && (
        <button type="button" class="pill" onClick={onJumpBack}>
          <CornerUpLeft size={16} aria-hidden="true" />
          {t.value.jumpBack}
        </button>
      )}
      <button
        type="button"
        class="round-button"
        aria-label={t.value.jumpToLatest}
        title={t.value.jumpToLatest}
        onClick={onJumpToEnd}
      >
        <ArrowDown size={20} />
        {unread > 0 && <span class="badge">{unread}</span>}
      </button>
    </div>
  );
}
