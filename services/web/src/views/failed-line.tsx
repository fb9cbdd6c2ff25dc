import { CircleAlert, RotateCcw, Trash2 } from 'lucide-preact';
import { t } from '../i18n/t.ts';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import type { TimelineItem } from '../text/timeline-items.ts';

/** Below a message that was refused. */
export function FailedLine({ chat, item }: { chat: Chat; item: TimelineItem }) {
  const { unsent } = chat.model;
  return (
    <p class="failed-line">
      <CircleAlert size={14} aria-hidden="true" /> {t.value.stateFailed}
      <button type="button" class="link small" onClick={() => unsent.retry(item.key).catch(tellFault)}>
        <RotateCcw size={14} aria-hidden="true" /> {t.value.retry}
      </button>
      <button type="button" class="link small" onClick={() => unsent.remove(item.key).catch(tellFault)}>
        <Trash2 size={14} aria-hidden="true" /> {t.value.discard}
      </button>
    </p>
  );
}
