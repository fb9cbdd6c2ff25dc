import type { EarlierText, Message } from '@storm/contracts';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatFull } from '../i18n/times.ts';
import { Dialog } from '../parts/dialog.tsx';
import type { Chat } from '../state/chat.ts';
import { explain } from '../state/faults.ts';

interface EditsProps {
  readonly chat: Chat;
  readonly message: Message;
  readonly onClose: () => void;
}

/** What an edited message said before, the newest first. */
export function EditsDialog({ chat, message, onClose }: EditsProps) {
  const [texts, setTexts] = useState<readonly EarlierText[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const { conversationId, seq, editedAt, storedAt, text } = message;
  useEffect(() => {
    const stop = new AbortController();
    chat.storm.api
      .listEarlierTexts({ params: { conversationId, seq: String(seq) } }, { signal: stop.signal })
      .then(
        (found) => setTexts(found.texts),
        (error: unknown) => {
          if (!stop.signal.aborted) setFault(explain(error));
        },
      );
    return () => stop.abort();
  }, [chat, conversationId, seq]);
  const all = [...(texts ?? []), { text, writtenAt: editedAt ?? storedAt }].toReversed();
  return (
    <Dialog title={t.value.editHistory} onClose={onClose}>
      {fault !== null && <p class="muted">{fault}</p>}
      {texts === null && fault === null && <p class="muted">{t.value.loading}</p>}
      <ol class="edits">
        {all.map(({ text: written, writtenAt }, index) => (
          <li key={writtenAt}>
            <p class="muted">
              {index === 0 ? `${t.value.now} · ` : ''}
              <time dateTime={writtenAt}>{formatFull(new Date(writtenAt))}</time>
            </p>
            <p class="edit-text" dir="auto">
              {written}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
